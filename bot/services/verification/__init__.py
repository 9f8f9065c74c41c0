"""The identity check of the person who reports."""
