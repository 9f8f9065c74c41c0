"""How Slack talks to apps: Socket Mode, signed HTTP, and what is said over either."""
