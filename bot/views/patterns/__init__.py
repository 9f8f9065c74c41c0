"""Case reviews, causes, churn risk and enterprise customers."""
