"""Major incidents: forms and messages."""
