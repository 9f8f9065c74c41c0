"""The intake form and its message in the channel."""
