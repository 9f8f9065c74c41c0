"""Updates and the promised next ones."""
