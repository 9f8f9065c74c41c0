"""Forms and messages about the directory."""
