"""Messages and forms about people and their roles."""
