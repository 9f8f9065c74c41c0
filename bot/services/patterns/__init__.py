"""Patterns across several escalations: causes, case reviews, churn risk."""
