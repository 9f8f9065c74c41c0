"""The categories of an escalation: questions, triggers, card."""
