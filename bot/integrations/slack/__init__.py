"""Slack's Web API, Socket Mode and signed HTTP."""
