"""The commands of `escalate`, one file per group."""
