"""The errors of the sandbox.

SandboxError
├─ BadFile      a workspace file or a manifest cannot be used: where, and what would be right
├─ Misuse       a control call asks for what a person could not do: what would have been right
└─ SlackError   a Web API method refuses, by the name that Slack's reference gives the refusal
"""

from typing import Any


class SandboxError(Exception):
    """The root of every error the sandbox answers."""


class BadFile(SandboxError):
    """A file given at the start cannot be used; the message names the place and what is wrong there."""


class Misuse(SandboxError):
    """A control call cannot be done as asked. `error` is a short name, the message a sentence that helps."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error
        self.message = message


class SlackError(SandboxError):
    """A refusal of the Web API: `error` as the reference names it, `fields` whatever else the answer carries."""

    def __init__(self, error: str, **fields: Any) -> None:
        super().__init__(error)
        self.error = error
        self.fields = fields


def invalid_arguments(*messages: str) -> SlackError:
    """Refuse arguments the way Slack does when no error of the method's own says it: with one line for each."""
    return SlackError(
        "invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}" for message in messages]}
    )
