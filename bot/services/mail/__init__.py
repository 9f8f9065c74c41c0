"""Mail to teams, and their answers."""
