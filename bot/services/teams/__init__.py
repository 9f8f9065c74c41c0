"""Teams that are asked to help."""
