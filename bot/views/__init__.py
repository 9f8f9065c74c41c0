"""Block Kit of facts; nothing is decided here."""
