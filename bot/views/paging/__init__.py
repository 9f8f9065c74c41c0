"""Pages as messages."""
