"""The commands of `escalate`: a file for each group."""
