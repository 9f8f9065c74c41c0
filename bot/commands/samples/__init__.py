"""The people and accounts of the demo."""
