"""What several escalations show together: causes, case reviews, churn risk."""
