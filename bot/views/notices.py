"""Reminders, warnings and breaches: what is due, who owns it, what happens next."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders import CUSTOMER, INTERNAL
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.channel.channel_messages import NOTICES as OF_CHANNELS
from bot.views.intake.intake_message import missing
from bot.views.kit import ids, standing
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape, length, moment, person
from bot.views.patterns.pattern_messages import NOTICES
from bot.views.programmes.programme_messages import NOTICES as OF_PROGRAMMES
from bot.views.teams import team_messages
from bot.views.verification.verification_message import approval_wanted

Payload = Mapping[str, Any]
_CLOCKS = {"response": "acknowledgement", "resolution": "resolution"}


def draw(payload: Payload, facts: EscalationFacts, policy: Policy, *, direct_to: str | None) -> Message:
    """Draw a notice for the channel, or for the person it is sent to directly."""
    return _KINDS[payload["notice"]](payload, facts, policy, direct_to)


def plain(text: str) -> Message:
    """Draw a message of one paragraph of our own words."""
    return Message(text, (section(text),))


def _named(facts: EscalationFacts, direct_to: str | None) -> str:
    """Return the customer; in a direct message with a link to the channel."""
    account = escape(facts.account.name)
    return f"{account} ({standing.where(facts)})" if direct_to else account


def _warning(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    due = moment(datetime.fromisoformat(payload["due"]), str(policy.zone))
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    if payload["clock"] == "response":
        text = (
            f":hourglass_flowing_sand: {owner}{payload['percent']} % of the time to acknowledge "
            f"{_named(facts, direct_to)} has gone; it ends {due}."
        )
        then = "After that the manager is paged."
        return _with(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, str(facts.number), style="primary"))
    text = (
        f":hourglass_flowing_sand: {owner}{payload['percent']} % of the time to resolve "
        f"{_named(facts, direct_to)} has gone; it ends {due}."
    )
    return _with(
        text,
        "When the harm has stopped, press Mitigated: that stops the clock. After the end the manager is paged.",
        button("Mitigated…", ids.PRESS_MITIGATE, str(facts.number)),
    )


def _breach(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    due = moment(datetime.fromisoformat(payload["due"]), str(policy.zone))
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    late = _late(payload)
    if payload["clock"] == "response":
        text = f":rotating_light: Nobody has acknowledged {_named(facts, direct_to)}; that was due {due}.{late}"
        then = f"{manager} is being paged. Whoever takes it, press Acknowledge."
        return _with(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, str(facts.number), style="primary"))
    text = f":rotating_light: {_named(facts, direct_to)} is past its time to resolve; that was due {due}.{late}"
    then = (
        f"{manager} is being paged. {person(facts.holder(FIX_OWNER) or facts.declared_by)}: say in an update what "
        "stands in the way; press Mitigated when the harm has stopped."
    )
    return _with(text, then, button("Post an update", ids.PRESS_UPDATE, str(facts.number)))


def _update_due(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    owners = _owners_of(payload["audiences"], facts)
    late = payload.get("late")
    when = f"is {length(timedelta(seconds=late))} late" if late else "is due now"
    text = f"{owners} the next update for {escape(facts.account.name)} {when}."
    return _with_update_buttons(text, _whose(payload["audiences"], facts), facts)


def _update_late(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    due = moment(datetime.fromisoformat(payload["due"]), str(policy.zone))
    kind = "customer" if CUSTOMER in payload["audiences"] else "internal"
    text = f"The {kind} update for {_named(facts, direct_to)} was due {due} and has not come.{_late(payload)}"
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    then = f"No news is news too. If it does not come, {manager} is paged."
    return _with_update_buttons(text, then, facts)


def _review_due(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    text = f":mag: {owner}the review of {_named(facts, direct_to)} is due now and is not finished."
    return _with(text, "Note the day it was finished under More → Review; without it this cannot be closed.")


def _team_due(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    helpers = policy.team(payload["team"])
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    text = (
        f":busts_in_silhouette: {owner}{escape(helpers.name)} should have answered about {_named(facts, direct_to)} by "
        "now."
    )
    then = f"Reach them: {team_messages.reached(helpers, facts)}. When they have answered, say so here."
    return _with(text, then, button("They have answered", ids.PRESS_TEAM, f"{facts.number}:{helpers.key}"))


def _request_answered(payload: Payload, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    level, who = escape(policy.level(payload["level"]).label), person(payload["by"])
    if payload["granted"]:
        text = f":white_check_mark: {who} has approved {level} for {_named(facts, direct_to)}, as you asked."
        return _with(text, "It has that level now.")
    text = f":no_entry_sign: {who} has declined {level} for {_named(facts, direct_to)}: {escape(payload['answer'])}"
    return _with(text, "Everything stays as it is.")


def _with(text: str, then: str, *buttons: Any) -> Message:
    blocks: list[Block] = [section(text), context(then)]
    if buttons:
        blocks.append(actions(*buttons))
    return Message(text, tuple(blocks))


def _with_update_buttons(text: str, then: str, facts: EscalationFacts) -> Message:
    value = str(facts.number)
    return _with(
        text,
        then,
        button("Post an update", ids.PRESS_UPDATE, value, style="primary"),
        button("Send “still investigating”", ids.PRESS_STILL, value),
    )


def _owners_of(audiences: Sequence[str], facts: EscalationFacts) -> str:
    roles = {CUSTOMER: RELATIONSHIP_OWNER, INTERNAL: FIX_OWNER}
    owners = dict.fromkeys(facts.holder(roles[audience]) or facts.declared_by for audience in audiences)
    return " ".join(person(owner) for owner in owners)


def _whose(audiences: Sequence[str], facts: EscalationFacts) -> str:
    said = []
    if CUSTOMER in audiences:
        said.append(f"{person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)} tells the customer")
    if INTERNAL in audiences:
        said.append(f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} tells this channel")
    return f"{', '.join(said)}. One update with a text for the customer does both."


def _late(payload: Payload) -> str:
    late = payload.get("late")
    return f" This notice is {length(timedelta(seconds=late))} late, because Escalate was not running." if late else ""


_KINDS: Mapping[str, Callable[[Payload, EscalationFacts, Policy, str | None], Message]] = {
    "warning": _warning,
    "breach": _breach,
    **NOTICES,
    "update due": _update_due,
    "update late": _update_late,
    "review due": _review_due,
    "facts missing": missing,
    "approval wanted": approval_wanted,
    "request answered": _request_answered,
    "team due": _team_due,
    **OF_PROGRAMMES,
    **OF_CHANNELS,
}
