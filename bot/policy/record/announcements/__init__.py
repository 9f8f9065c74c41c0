"""Announcements: the channel's messages about what somebody did, as stored with their effects; one file per feature."""
