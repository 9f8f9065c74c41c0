"""Reading a policy file, and saying what is wrong with it."""
