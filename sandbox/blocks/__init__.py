"""Block Kit: what Slack accepts, which blocks hold input, and how input is represented."""
