"""Overviews for people: one escalation, the list, Home, the digest."""
