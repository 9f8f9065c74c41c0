"""Delivery to apps: Socket Mode and signed HTTP, and the payloads sent over both."""
