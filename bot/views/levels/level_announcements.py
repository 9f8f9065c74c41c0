"""Channel messages about levels: requested, decided, reassessed by account data."""

from collections.abc import Iterator, Sequence

from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.levels import (
    DowngradeDeclined,
    DowngradeGranted,
    DowngradeProposed,
    DueEarlier,
    LevelAnnouncement,
    LevelChanged,
    LevelRequestAnnouncement,
    LevelRequestDeclined,
    LevelRequested,
    LevelRequestGranted,
    LevelRequestWaiting,
    LevelRose,
    OverrideLifted,
    ReassessmentAnnouncement,
)
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.level_requests import LevelRequestKind
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import context, section
from bot.views.kit.text import any_of, escape, moment, person, with_days, without_keys


def draw(told: LevelAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case LevelChanged():
            return _changed(told, facts, policy)
        case OverrideLifted():
            return _lifted(told, facts, policy)
        case LevelRose() | DueEarlier() | DowngradeProposed() | DowngradeGranted() | DowngradeDeclined():
            return _reassessed(told, facts, policy)
        case _:
            return _requested(told, facts, policy)


def _requested(told: LevelRequestAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    match told:
        case LevelRequested():
            return _asked(told, facts, policy)
        case LevelRequestGranted():
            return _granted(told, facts, policy)
        case LevelRequestDeclined():
            return _declined(told, facts, policy)
        case LevelRequestWaiting():
            return _waits(told, facts, policy)


def _reassessed(told: ReassessmentAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    match told:
        case LevelRose():
            return _rose(told, facts, policy)
        case DueEarlier():
            return _due_earlier(told, facts, policy)
        case DowngradeProposed():
            return _downgrade_proposed(told, facts, policy)
        case DowngradeGranted():
            return _downgrade_granted(told, facts, policy)
        case DowngradeDeclined():
            return _downgrade_declined(told, facts, policy)


def _message(text: str, *small: str) -> Message:
    return Message(text, (section(text), *([context(" ".join(small))] if small else [])))


def _clocks(facts: EscalationFacts) -> Iterator[str]:
    if facts.has_clocks:
        yield "Running clocks keep their start and use the new targets."


def _label(policy: Policy, code: str) -> str:
    return escape(policy.level(code).label)


def deciders(facts: EscalationFacts, policy: Policy) -> str:
    """Return who decides requests."""
    return any_of(whom_to_ask(facts, policy.guards.override)) or "the manager"


def _changed(told: LevelChanged, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, told.before), policy.level(told.after)
    text = (
        f"{after.emoji} {person(told.by)} changed severity from {before} to "
        f"*{escape(after.label)}*: {escape(told.reason)}"
    )
    return _message(text, *_clocks(facts), labels.promise(facts, policy))


def _lifted(told: OverrideLifted, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, told.before), policy.level(told.after)
    moved = f"{before} stays" if told.before == told.after else f"{before} → *{escape(after.label)}*"
    text = f"{after.emoji} {person(told.by)} removed the severity set by hand: {moved}. {escape(told.reason)}"
    return _message(text, *_clocks(facts), labels.promise(facts, policy))


def _asked(told: LevelRequested, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":raised_hand: {person(told.by)} asks for *{_label(policy, told.level)}*: {escape(told.reason)}"
    return _message(
        text,
        f"Asked {deciders(facts, policy)}. Nothing changes until they answer.",
    )


def _granted(told: LevelRequestGranted, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, told.before), policy.level(told.after)
    text = (
        f"{after.emoji} {person(told.by)} approved {person(told.asker)}'s request: {before} → "
        f"*{escape(after.label)}*. {escape(told.reason)}"
    )
    return _message(text, *_clocks(facts), labels.promise(facts, policy))


def _declined(told: LevelRequestDeclined, facts: EscalationFacts, policy: Policy) -> Message:
    text = (
        f":no_entry_sign: {person(told.by)} declined {person(told.asker)}'s request for "
        f"{_label(policy, told.level)}: {escape(told.reason)}"
    )
    return _message(text, "Nothing changes.")


def _waits(told: LevelRequestWaiting, facts: EscalationFacts, policy: Policy) -> Message:
    since = moment(told.since, str(policy.zone))
    label = _label(policy, told.level)
    asked = f"{person(told.by)} asks for {label}" if told.kind is LevelRequestKind.OVERRIDE else f"Lower to {label}?"
    text = f":hourglass: Reminded {deciders(facts, policy)}. Asked {since}: {asked}"
    return _message(text, "Answer in your direct message from Escalate.")


def _rose(told: LevelRose, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, told.before), policy.level(told.after)
    text = f"{after.emoji} Account data changed: {before} → *{escape(after.label)}*. {_because(told.because)}"
    return _message(text, *_clocks(facts), labels.promise(facts, policy))


def _due_earlier(told: DueEarlier, facts: EscalationFacts, policy: Policy) -> Message:
    moved = escape(", ".join(told.clocks))
    text = f":fast_forward: Account data changed, so less time remains: {moved}. {_because(told.because)}"
    return _message(text, "Running clocks keep their start.")


def _downgrade_proposed(told: DowngradeProposed, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":chart_with_upwards_trend: Account data improved{_lighter(told, facts, policy)}"
    who = deciders(facts, policy)
    return _message(text, escape(told.reason), f"Asked {who}. Nothing changes until they answer.")


def _lighter(told: DowngradeProposed, facts: EscalationFacts, policy: Policy) -> str:
    if told.level == facts.level:
        return ". Allow more time?"
    return f". Lower to *{_label(policy, told.level)}*?"


def _downgrade_granted(told: DowngradeGranted, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, told.before), policy.level(told.after)
    what = "more time" if told.before == told.after else f"{before} → *{escape(after.label)}*"
    text = f"{after.emoji} {person(told.by)} approved the proposed change: {what}."
    return _message(text, escape(told.reason), *_clocks(facts), labels.promise(facts, policy))


def _downgrade_declined(told: DowngradeDeclined, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":no_entry_sign: {person(told.by)} kept the severity: {escape(told.reason)}"
    return _message(text, "Account data improved. We ask again only if it changes.")


def _because(sentences: Sequence[str]) -> str:
    return with_days(escape(" ".join(without_keys(sentence) for sentence in sentences), 1500))
