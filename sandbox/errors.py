"""The errors of the sandbox.

SandboxError
├─ BadFile      a workspace file or a manifest cannot be used: where, and what would be right
├─ Misuse       a control call asks for what a person could not do: what would have been right
└─ SlackError   a Web API method refuses, by the name that Slack's reference gives the refusal
"""

from typing import Any


class SandboxError(Exception):
    """The base of all errors the sandbox responds with."""


class BadFile(SandboxError):
    """A file given at the start is invalid; the message says where and why."""


class Misuse(SandboxError):
    """An impossible control call. `error` is a short code, the message a sentence that helps."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error
        self.message = message


class SlackError(SandboxError):
    """An error of the Web API: `error` is the reference's code, `fields` are further fields of the response."""

    def __init__(self, error: str, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.fields = fields


def invalid_arguments(*messages: str) -> SlackError:
    """Return Slack's `invalid_arguments` error, with one line for each message."""
    return SlackError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]}
    )
