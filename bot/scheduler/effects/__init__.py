"""Performers of effects, one file per feature."""
