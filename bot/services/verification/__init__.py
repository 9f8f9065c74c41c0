"""The identity check of whoever reports."""
