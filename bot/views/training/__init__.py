"""Training: drills."""
