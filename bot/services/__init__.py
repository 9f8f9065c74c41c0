"""The use cases: a class for each noun, a transaction for each public method."""
