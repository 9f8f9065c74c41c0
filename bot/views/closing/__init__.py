"""The forms that end an escalation, and what they say."""
