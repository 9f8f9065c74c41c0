"""The policy in Slack: the table, simulations, messages about files."""
