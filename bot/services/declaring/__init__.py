"""Declaring an escalation, singly or in a burst."""
