"""Slack listeners, one file per feature."""
