"""The identity check: form and message."""
