"""Changing the category of an escalation after its declaration."""
