"""Wakes up, claims what is due, and has it carried out."""
