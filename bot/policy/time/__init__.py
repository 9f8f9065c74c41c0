"""Time in a policy: durations, hours, calendars, holidays, zones."""
