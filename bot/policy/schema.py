"""Base of all parts of a policy file: validated whole, immutable, with helpful errors."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=3000)]
Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


class Visibility(StrEnum):
    """The visibility of an escalation: to everybody, or only to its people and those the policy lists."""

    PUBLIC = "public"
    PRIVATE = "private"


class Mistake(ValueError):
    """A value of a policy that can't be used: what is wrong with it, and what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(f"{wrong}; {right}")
        self.wrong = wrong
        self.right = right


class Part(BaseModel):
    """A part of a policy. Unknown keys are refused: a misspelt rule without effect would be worse than none."""

    # What checks a part is built when the part is first checked by itself: within a larger part it takes no room.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy without cached values computed from the fields: a changed field would contradict them."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


def keyed(value: Any, key: str) -> Any:
    """Convert `{sev1: {…}, sev2: {…}}`, as people write it, to a list whose items carry their own key.

    The list keeps the order, which a mapping might lose: a policy is copied onto each escalation as JSON, and a
    database may sort the keys of an object. Anything else is left for pydantic to judge.
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
