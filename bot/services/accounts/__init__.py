"""The account directory: its file, its index in memory, and its rows."""
