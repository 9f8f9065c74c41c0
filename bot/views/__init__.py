"""Facts drawn as Block Kit; nothing is decided here."""
