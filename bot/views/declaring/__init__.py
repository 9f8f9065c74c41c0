"""The declare form and its progress view."""
