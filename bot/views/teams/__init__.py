"""Messages to and about the teams that help."""
