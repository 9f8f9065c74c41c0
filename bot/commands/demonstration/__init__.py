"""The additions of `escalate demo` to a bot and a local Slack: a past, a greeting, and time that can be skipped."""
