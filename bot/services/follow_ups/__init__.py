"""Follow-ups: what was agreed to be done, tracked until it is done or dropped."""
