"""What `escalate demo` adds to a bot and a local Slack: a past, a greeting, and time that can be skipped."""
