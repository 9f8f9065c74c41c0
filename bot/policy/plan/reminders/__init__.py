"""Reminders: a file for each kind, with what it says, when it is due and whom it tells."""
