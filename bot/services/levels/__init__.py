"""The level of an escalation: set, overridden, requested, reassessed."""
