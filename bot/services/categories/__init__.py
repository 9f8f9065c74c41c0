"""Changing what an escalation is about after it was declared."""
