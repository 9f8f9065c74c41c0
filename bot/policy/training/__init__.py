"""Training: drills played and scored, the programme for new people, and the decision tree (docs/training.md)."""
