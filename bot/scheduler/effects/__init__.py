"""Carrying effects out, a file for each feature."""
