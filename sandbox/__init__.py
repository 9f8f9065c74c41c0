"""A local Slack: Web API, Socket Mode, Events over HTTP, and a page to be a person in it."""
