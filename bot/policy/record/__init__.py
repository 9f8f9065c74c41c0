"""The facts of one escalation."""
