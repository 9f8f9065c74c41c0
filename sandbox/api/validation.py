"""blocks.validate and apps.manifest.validate: check in advance what would be refused."""

from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.blocks.problems import Problem
from sandbox.blocks.surfaces import check_message, check_view
from sandbox.errors import SlackError
from sandbox.manifest_rules import check_manifest

Json = dict[str, Any]

SUBJECTS = ("blocks", "view", "message")


def blocks(call: Call) -> Json:
    """Check blocks, a view or a message, exactly one of which has to be given."""
    given = [subject for subject in SUBJECTS if call.args.get(subject) is not None]
    if len(given) != 1:
        raise _invalid("must provide exactly one of `blocks`, `view`, or `message`")
    (subject,) = given
    value = call.args[subject]
    if isinstance(value, Unreadable) or not isinstance(value, list if subject == "blocks" else dict):
        raise _invalid(f"`{subject}` is not valid JSON")
    if problems := _problems(subject, value):
        raise SlackError(f"invalid_{subject}", errors=[_error(problem) for problem in problems])
    return {}


def _problems(subject: str, value: Any) -> list[Problem]:
    if subject == "blocks":
        return check_message(value, "")
    if subject == "message":
        return check_message(value.get("blocks") or [], "/blocks")
    return check_view(value, "home" if value.get("type") == "home" else "modal", "")


def manifest(call: Call) -> Json:
    """Check an app's manifest."""
    given = call.args["manifest"]
    if isinstance(given, Unreadable) or not isinstance(given, dict):
        raise SlackError("invalid_manifest", errors=[{"message": "must be a JSON object", "pointer": "/"}])
    if problems := check_manifest(given):
        errors = [{"code": p.code, "message": p.text, "pointer": p.pointer or "/"} for p in problems]
        raise SlackError("invalid_manifest", errors=errors)
    return {"errors": []}


def _error(problem: Problem) -> Json:
    answer: Json = {"code": problem.code, "message": problem.text, "pointer": problem.pointer}
    return answer | ({"constraint": problem.constraint} if problem.constraint else {})


def _invalid(message: str) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": [message]})


HANDLERS = {"blocks.validate": blocks, "apps.manifest.validate": manifest}
