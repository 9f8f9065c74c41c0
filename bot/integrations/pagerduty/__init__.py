"""PagerDuty: events out, signed webhooks in."""
