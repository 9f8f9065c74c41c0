"""Keeping an escalation to its people, and taking back what was said of it outside."""
