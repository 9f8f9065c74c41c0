"""The live card."""
