"""The watch after resolution."""
