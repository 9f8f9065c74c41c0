"""The policy: pure functions of facts and the current time that decide what must happen, and why."""
