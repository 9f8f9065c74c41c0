"""Block Kit: what Slack takes and refuses, which blocks keep what a person fills in, and how that is written."""
