"""Follow-ups: their lines, forms and lists."""
