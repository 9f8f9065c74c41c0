"""People: admission to Escalate, the holders of roles, and the successors of those who are gone."""
