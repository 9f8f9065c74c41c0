"""The level on the card: why it is what it is, how the clocks changed, who waits for an answer."""

from collections.abc import Iterator

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.views.kit.text import clip_markup, escape, moment, person, with_days, without_keys
from bot.views.levels.level_announcements import deciders

_SENTENCES = 10
_SHORT = 400
# What stands in a line of the card, beside its title.
_LINE = 130


def draw(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield how a change of level changed the clocks, and who waits for an answer."""
    yield from _clocks(facts, policy)
    yield from (_waits(request, facts, policy) for request in facts.level_requests)


def why(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the whole reasoning of the level, a line for each sentence; None if there is none."""
    sentences = [sentence(each, facts) for each in facts.trace[:_SENTENCES]]
    if not sentences:
        return None
    title = why_title(facts, policy)
    return f"{title} {sentences[0]}" if len(sentences) == 1 else "\n".join([title, *(f"• {one}" for one in sentences)])


def why_in_a_line(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return as many whole sentences of the reasoning as a line has room for, at least one; *Timeline* has them all."""
    sentences = [sentence(each, facts) for each in facts.trace]
    if not sentences:
        return None
    said = clip_markup(sentences[0], _LINE)
    for more in sentences[1:]:
        if len(said) + 1 + len(more) > _LINE:
            break
        said = f"{said} {more}"
    return f"{why_title(facts, policy)} {said}"


def why_title(facts: EscalationFacts, policy: Policy) -> str:
    """Return the title of the reasons."""
    return f"*Why {escape(policy.level(facts.level).label)}:*" if policy.only_level is None else "*Why:*"


def sentence(said: str, facts: EscalationFacts) -> str:
    """Return one sentence of the trace, without the keys of the policy; people who set the level are mentioned."""
    said = without_keys(said)
    override = facts.override
    if override is None or not said.endswith(override.said):
        return with_days(escape(said, _SHORT))
    what = with_days(escape(said.removesuffix(override.said)))
    return f"{what}, set by {person(override.by)}: {escape(override.reason, _SHORT)}"


def _clocks(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield how a change of level changed the clocks (docs/policy.md#a-change-of-level)."""
    if facts.level_changed_at is None:
        return
    when = moment(facts.level_changed_at, str(policy.zone))
    again = [
        name
        for name, clock in (("acknowledge", facts.response), ("resolve", facts.resolution))
        if clock.counted_from is not None
    ]
    if again:
        yield f"Severity changed {when}. The time to {' and to '.join(again)} starts there."
    else:
        kept = " Clocks kept their start." if facts.has_clocks else ""
        yield f"Severity changed {when}.{kept}"


def _waits(request: LevelRequestFacts, facts: EscalationFacts, policy: Policy) -> str:
    wanted = f"*{escape(policy.level(request.level).label)}*"
    if request.kind is LevelRequestKind.OVERRIDE:
        what = f"{person(request.by)} asks for {wanted}: {escape(request.reason, _SHORT)}"
    elif request.level == facts.level:
        what = "account data suggests more time."
    else:
        what = f"account data suggests {wanted}."
    return f":hourglass: Waiting for {deciders(facts, policy)}: {what}"
