"""What must happen, and why: pure functions of facts and the present moment."""
