"""The shipped policies, as files that people can read and copy."""
