"""Asking the customer, and their answers."""
