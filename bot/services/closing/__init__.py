"""Mitigating, resolving, closing, reopening and withdrawing."""
