"""Declaring an escalation, by one person or by many at once."""
