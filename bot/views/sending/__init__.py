"""Texts for the customer, and messages about them."""
