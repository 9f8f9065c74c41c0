"""What must happen, and why: pure functions of facts and the current time."""
