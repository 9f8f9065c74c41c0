"""What every part of a policy file shares: it is checked whole, it never changes, and it explains its mistakes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Visibility(StrEnum):
    """Who can see that an escalation exists: everybody, or only its members and whom the policy lists."""

    PUBLIC = "public"
    PRIVATE = "private"


class Mistake(ValueError):
    """A value of a policy that cannot be used: what is wrong with it, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.wrong = wrong
        self.right = right


class Part(BaseModel):
    """A part of a policy. Unknown keys are refused: a misspelt rule that does nothing would be worse than none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy without what has been worked out from the fields and kept: a changed field would contradict it."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def keyed(value: Any, key: str) -> Any:
    """Turn `{sev1: {…}, sev2: {…}}`, as people write it, into a list whose items carry their own key.

    The list keeps the order where a mapping might lose it: a policy is copied onto each escalation as JSON, and a
    database may sort the keys of an object. Anything that is not a mapping is left for pydantic to judge.
    """
    if not isinstance(value, dict):
        return value
    return [_with_its_key(name, item, key) for name, item in value.items()]


def _with_its_key(name: Any, item: Any, key: str) -> Any:
    if item is None:
        return {key: name}
    if not isinstance(item, dict):
        return item
    if item.get(key, name) != name:
        raise Mistake(f"{name} calls itself {item[key]}", f"leave its {key} out")
    return {key: name, **item}
