"""The declaring form and its progress."""
