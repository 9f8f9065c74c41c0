"""A file for each conversation with a person in Slack."""
