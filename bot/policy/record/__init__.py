"""What is known of one escalation."""
