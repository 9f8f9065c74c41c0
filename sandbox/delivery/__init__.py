"""How Slack reaches apps: Socket Mode and signed HTTP, and the payloads sent over both."""
