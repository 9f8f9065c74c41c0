"""Announcements: what a channel is told of what somebody did, as it is stored with its effect; a file a feature."""
