"""Account programmes: proposed, accepted, and what belongs to them."""
