"""Time as a policy writes it: durations, hours, calendars, holidays, zones."""
