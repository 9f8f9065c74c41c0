"""Waiting for the customer."""
