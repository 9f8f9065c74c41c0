"""The workspace, on Slack's Web API."""
