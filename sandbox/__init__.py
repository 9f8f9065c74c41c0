"""A local Slack: Web API, Socket Mode, Events over HTTP, and a page to use it as a person.

`sandbox.server.Sandbox` is the whole sandbox as one object; the program `escalate-sandbox` starts one from files.
"""
