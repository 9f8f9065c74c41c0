"""Levels: the card's reasons, requests for another level, the checklist."""
