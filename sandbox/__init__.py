"""A local Slack: Web API, Socket Mode, Events over HTTP, and a page to be a person in it.

`sandbox.server.Sandbox` is the whole of it as one object; the program `escalate-sandbox` starts one from files.
"""
