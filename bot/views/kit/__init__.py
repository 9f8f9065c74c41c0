"""Shared parts of all views: text, blocks, forms, words."""
