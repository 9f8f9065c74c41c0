"""What must happen later: timers, reminders, digests."""
