"""Decisions: pure functions of a policy, a record and the time."""
