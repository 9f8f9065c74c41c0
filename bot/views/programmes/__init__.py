"""Account programmes: card, forms, messages."""
