"""What the live card counts."""
