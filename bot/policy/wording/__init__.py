"""The wording guard: what a text for a customer should not say, and what to say instead (docs/wording.md)."""
