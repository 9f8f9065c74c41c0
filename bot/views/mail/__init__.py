"""Mails: what they say, in plain text and in HTML."""
