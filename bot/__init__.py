"""Escalate: a Slack bot for customer escalations."""

__version__ = "0.1.0"
