"""Major incidents, and suggesting them early."""
