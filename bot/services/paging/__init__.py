"""Pages and acknowledgements."""
