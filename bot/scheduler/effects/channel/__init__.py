"""The channel of an escalation: its creation, its members, its state."""
