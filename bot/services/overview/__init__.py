"""What people read: one escalation, the list, Home, the digest."""
