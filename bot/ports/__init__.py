"""What the program needs of the outside, in its own words."""
