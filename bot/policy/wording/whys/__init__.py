"""The prompts of the five whys that are shipped, a file for each language."""
