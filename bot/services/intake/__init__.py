"""The intake list of an escalation."""
