"""Keys that a policy file may no longer have, because they had no effect, each with what to do instead."""

from collections.abc import Iterator
from typing import Any

from bot.policy.file.problems import PolicyProblem


def retired_keys(data: Any) -> Iterator[PolicyProblem]:
    """Yield the keys of a file's data that are no longer accepted."""
    levels = data.get("levels")
    for code, level in levels.items() if isinstance(levels, dict) else ():
        if isinstance(level, dict) and "channel" in level:
            wrong = "every escalation has a channel, at every level"
            yield PolicyProblem(("levels", code, "channel"), wrong, "take this key out")
