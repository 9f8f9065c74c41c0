"""Topic, bookmarks and messages about a channel."""
