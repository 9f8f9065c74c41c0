"""The changes that an account's plan makes to the numbers of a level, in words (docs/policy.md#plans)."""

from collections.abc import Iterator

from bot.policy.model.levels import Level
from bot.policy.model.rules import Policy
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.policy.time.durations import Duration

_NONE = "none"


def reason(policy: Policy, code: str, plan: str | None) -> str | None:
    """Return the sentence of the trace; None if the plan changes nothing at the level."""
    changes = list(differences(policy.level(code), policy.level_for(code, plan)))
    if not changes:
        return None
    listed = ", ".join(changes)
    return f"{listed[0].upper()}{listed[1:]}, because the plan is {plan}."


def differences(plain: Level, planned: Level) -> Iterator[str]:
    """Yield each number that a plan changes: "response 4 business hours → 2 hours"."""
    for name, before, after in (
        ("response", _target(plain.response), _target(planned.response)),
        ("resolution", _resolution(plain), _resolution(planned)),
        ("clocks", _on(plain.calendar), _on(planned.calendar)),
        ("internal updates", plain.cadence.internal.in_words(), planned.cadence.internal.in_words()),
        ("customer updates", plain.cadence.customer.in_words(), planned.cadence.customer.in_words()),
        ("review", _target(plain.review_due), _target(planned.review_due)),
        ("watch", f"{plain.monitor} days", f"{planned.monitor} days"),
    ):
        if before != after:
            yield f"{name} {before} → {after}"


def _target(target: Duration | None) -> str:
    return target.in_words() if target is not None else _NONE


def _resolution(level: Level) -> str:
    return "backlog" if level.backlog else _target(level.resolution)


def _on(calendar: str) -> str:
    return "24x7" if calendar == ROUND_THE_CLOCK else f"on the calendar {calendar}"
