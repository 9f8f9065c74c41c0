"""The people and accounts of the demonstration."""
