"""Replacements for confidential content."""
