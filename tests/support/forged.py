"""Forged and stale submissions of a form: values that aren't among the options, unknown people and ids."""

import copy
import itertools
import json
from collections.abc import Iterator

from tests.support.person import Json

NOBODY = "U0NOBODY99"
UNKNOWN = ("no-such-thing", "no:such", "999999", "")


def forged(body: Json) -> Iterator[tuple[str, Json]]:
    """Yield copies of a submission with one thing in each that the form never offered, and what that is.

    Each is the form of another view, as if it had not been sent before.
    """
    numbers = itertools.count()
    for what, other in _changed(body):
        other["view"]["id"] = f"VFORGED{next(numbers)}"
        yield what, other


def _changed(body: Json) -> Iterator[tuple[str, Json]]:
    for block, controls in body["view"]["state"]["values"].items():
        for action, control in controls.items():
            for value, made in _instead(control):
                other = copy.deepcopy(body)
                other["view"]["state"]["values"][block][action] = {**control, **made}
                yield f"{block}: {value}", other
    metadata = body["view"].get("private_metadata") or ""
    kept = _read(metadata)
    if isinstance(kept, dict):
        for key, known in kept.items():
            if isinstance(known, int) and not isinstance(known, bool):
                other = copy.deepcopy(body)
                other["view"]["private_metadata"] = json.dumps({**kept, key: 999_999})
                yield f"metadata {key}: 999999", other
    elif isinstance(kept, int):
        other = copy.deepcopy(body)
        other["view"]["private_metadata"] = "999999"
        yield "metadata: 999999", other


def _instead(control: Json) -> Iterator[tuple[str, Json]]:
    """Yield what a control may say instead."""
    if "selected_option" in control:
        yield "none", {"selected_option": None}
        for value in UNKNOWN:
            yield value, {"selected_option": {"text": {"type": "plain_text", "text": "x"}, "value": value}}
    if "selected_options" in control:
        yield "none", {"selected_options": []}
        for value in UNKNOWN:
            yield value, {"selected_options": [{"text": {"type": "plain_text", "text": "x"}, "value": value}]}
    if "selected_user" in control:
        yield "none", {"selected_user": None}
        yield NOBODY, {"selected_user": NOBODY}
    if "selected_users" in control:
        yield NOBODY, {"selected_users": [NOBODY]}


def _read(metadata: str) -> object:
    try:
        return json.loads(metadata)
    except ValueError:
        return None
