"""Messages to and about teams."""
