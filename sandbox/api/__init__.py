"""Slack's Web API: a table of each method's arguments and errors, and a function for each method."""
