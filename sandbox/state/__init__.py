"""What the workspace knows: plain records, and the one object that changes them."""
