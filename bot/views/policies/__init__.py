"""The policy in Slack: the table, a simulation, answers about files."""
