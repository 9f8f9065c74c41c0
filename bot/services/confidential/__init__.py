"""Restricting an escalation to its people, and redacting what was posted elsewhere."""
