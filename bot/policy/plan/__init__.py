"""Plans for later: timers, reminders, digests."""
