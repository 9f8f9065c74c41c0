"""Home, the list, the digest and the feed."""
