"""The shipped vocabularies of the wording guard, a file for each language."""
