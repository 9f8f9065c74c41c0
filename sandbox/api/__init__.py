"""Slack's Web API: a table of what each method takes and answers, and a function for each."""
