"""Messages and forms of the watch after resolution."""
