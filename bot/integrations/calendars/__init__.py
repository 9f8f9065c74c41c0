"""Calendars that other systems publish."""
