"""What the customer reads, and what we read about it."""
