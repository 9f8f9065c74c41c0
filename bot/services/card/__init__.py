"""The live card: its counts, and what is corrected from it."""
