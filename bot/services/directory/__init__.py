"""The directory: what admins change in Slack, who changed what, and what is missing in it."""
