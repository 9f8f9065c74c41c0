"""From the text of a policy file to a policy, or to every problem in it.

    policy.yml, line 12: levels.sev2.response: '1 hour' is not a duration; write 15m, 4h or 1d (wall time), …

A file may begin with `extends: sev` and contain only what differs from that preset.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml
from pydantic import ValidationError

from bot.errors import BadInput
from bot.policy.file.advice import warnings
from bot.policy.file.documents import EXTENDS, Document, read
from bot.policy.file.problems import PolicyProblem, nearest, sentence, told
from bot.policy.file.references import problems
from bot.policy.file.retired import retired_keys
from bot.policy.model.rules import Policy

PRESETS: Final = ("sev", "programme", "p-levels", "three-tier", "gitlab")
_CATALOGUE: Final = "catalogue"  # what the presets share; not usable alone


@dataclass(frozen=True, slots=True)
class CheckedPolicy:
    """A usable policy, and what is unwise in it, as sentences with line numbers."""

    policy: Policy
    warnings: tuple[str, ...]


def load(text: str, source: str) -> Policy:
    """Parse a policy; `source` names it in problems. Raises BadInput with every problem at once."""
    return _policy(_whole(read(text, source)))


def check(text: str, source: str, today: date) -> CheckedPolicy:
    """Parse a policy and return it with warnings. Raises BadInput as `load` does."""
    document = _whole(read(text, source))
    policy = _policy(document)
    return CheckedPolicy(policy, tuple(sentence(document, found) for found in warnings(policy, today)))


@lru_cache(maxsize=len(PRESETS))
def preset(name: str) -> Policy:
    """Return a shipped policy, parsed once per process. Raises BadInput for an unknown name."""
    if name not in PRESETS:
        raise BadInput([f"there is no preset {name!r}; {nearest(name, PRESETS)}"])
    return load(preset_text(name), f"{name}.yml")


def preset_text(name: str) -> str:
    """Return the text of a shipped policy, for people to read and copy."""
    return files("bot.policy.presets").joinpath(f"{name}.yml").read_text(encoding="utf-8")


def dump(policy: Policy) -> str:
    """Return a policy as complete YAML, without `extends`; `load` parses it to the same policy."""
    data = policy.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120)


def _policy(document: Document) -> Policy:
    retired = [sentence(document, problem) for problem in retired_keys(document.data)]
    try:
        policy = Policy.model_validate(document.data)
    except ValidationError as error:
        raise BadInput([*retired, *(told(document, found) for found in error.errors(include_url=False))]) from None
    found = [*retired, *(sentence(document, problem) for problem in problems(policy))]
    if found:
        raise BadInput(found)
    return policy


def _whole(document: Document) -> Document:
    """Lay a document over what it extends, recursively."""
    if EXTENDS not in document.data:
        return document
    name = document.data.pop(EXTENDS)
    known = (*PRESETS, _CATALOGUE)
    if name not in known:
        raise BadInput(
            [sentence(document, PolicyProblem((EXTENDS,), f"there is no preset {name!r}", nearest(str(name), PRESETS)))]
        )
    return document.over(_whole(read(preset_text(name), f"{name}.yml")))
