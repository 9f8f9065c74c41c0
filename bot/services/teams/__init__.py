"""The teams that are asked to help."""
