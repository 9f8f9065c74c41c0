"""Interfaces to the outside systems, in the program's own terms."""
