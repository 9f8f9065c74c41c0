"""The level of an escalation: moved, overruled, asked for, weighed again."""
