"""Adapters to the outside: Slack, configuration files, HTTP. No other code talks to it."""
