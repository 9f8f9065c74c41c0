"""Updates and what they promise."""
