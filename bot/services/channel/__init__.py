"""The channel of an escalation: what has been done in it, who is in it, what has become of it."""
