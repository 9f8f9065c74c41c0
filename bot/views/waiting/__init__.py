"""Waiting for the customer: forms and messages."""
