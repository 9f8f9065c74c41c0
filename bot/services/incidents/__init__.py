"""Major incidents and their early signs."""
