"""After closing: the issue summary for the stakeholders, and what was learned."""
