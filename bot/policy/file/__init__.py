"""Parsing of a policy file, and its problems."""
