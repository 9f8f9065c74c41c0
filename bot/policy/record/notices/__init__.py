"""Notices: direct messages about what happened to an escalation, as they are stored with their effects."""
