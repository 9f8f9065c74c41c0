"""Messages and forms about who is on call."""
