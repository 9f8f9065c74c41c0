"""The update form."""
