"""Reminders, warnings and breaches: what is due, who owns it, what happens next."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders import CUSTOMER, INTERNAL
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices import (
    ApprovalWantedNotice,
    BreachNotice,
    CardGoneNotice,
    CaseReviewDueNotice,
    CaseReviewLeftNotice,
    CaseReviewNotice,
    ChannelExposedNotice,
    ChannelHiddenNotice,
    ChannelLostNotice,
    ChurnRiskNotice,
    FactsMissingNotice,
    IncidentOverNotice,
    InviteMeNotice,
    KeptForLaterNotice,
    ProposalAnsweredNotice,
    RequestAnsweredNotice,
    ReviewDueNotice,
    SameCauseNotice,
    TeamDueNotice,
    TimerNotice,
    UpdateDueNotice,
    UpdateLateNotice,
    WarningNotice,
    notice_of,
)
from bot.ports.workspace import Block, Message
from bot.views.channel import channel_messages
from bot.views.intake.intake_message import missing
from bot.views.kit import ids, standing
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape, length, moment, person
from bot.views.patterns import pattern_messages
from bot.views.programmes import programme_messages
from bot.views.teams import team_messages
from bot.views.verification.verification_message import approval_wanted

Payload = Mapping[str, Any]
_CLOCKS = {"response": "acknowledgement", "resolution": "resolution"}


def draw(payload: Payload, facts: EscalationFacts, policy: Policy, *, direct_to: str | None) -> Message:
    """Draw a notice for the channel, or for the person it is sent to directly."""
    notice = notice_of(payload)
    match notice:
        case FactsMissingNotice():
            return missing(notice, facts)
        case ApprovalWantedNotice():
            return approval_wanted(notice, facts, policy)
        case RequestAnsweredNotice():
            return _request_answered(notice, facts, policy, direct_to)
        case ProposalAnsweredNotice():
            return programme_messages.draw_answer(notice, facts)
        case ChannelLostNotice() | KeptForLaterNotice() | InviteMeNotice():
            return channel_messages.draw_notice(notice, facts, policy)
        case ChannelExposedNotice() | ChannelHiddenNotice() | CardGoneNotice():
            return channel_messages.draw_notice(notice, facts, policy)
        case ChurnRiskNotice() | SameCauseNotice() | IncidentOverNotice():
            return pattern_messages.draw_notice(notice, facts, policy, direct_to)
        case CaseReviewNotice() | CaseReviewDueNotice() | CaseReviewLeftNotice():
            return pattern_messages.draw_notice(notice, facts, policy, direct_to)
        case _:
            return _of_a_timer(notice, facts, policy, direct_to)


def _of_a_timer(notice: TimerNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    match notice:
        case WarningNotice():
            return _warning(notice, facts, policy, direct_to)
        case BreachNotice():
            return _breach(notice, facts, policy, direct_to)
        case UpdateDueNotice():
            return _update_due(notice, facts)
        case UpdateLateNotice():
            return _update_late(notice, facts, policy, direct_to)
        case ReviewDueNotice():
            return _review_due(facts, direct_to)
        case TeamDueNotice():
            return _team_due(notice, facts, policy, direct_to)


def plain(text: str) -> Message:
    """Draw a message of one paragraph of our own words."""
    return Message(text, (section(text),))


def _named(facts: EscalationFacts, direct_to: str | None) -> str:
    """Return the customer; in a direct message with a link to the channel."""
    account = escape(facts.account.name)
    return f"{account} ({standing.where(facts)})" if direct_to else account


def _warning(notice: WarningNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    due = moment(notice.due, str(policy.zone))
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    if notice.clock == "response":
        text = (
            f":hourglass_flowing_sand: {owner}{notice.percent} % of the time to acknowledge "
            f"{_named(facts, direct_to)} has gone; it ends {due}."
        )
        then = "After that the manager is paged."
        return _with(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, str(facts.number), style="primary"))
    text = (
        f":hourglass_flowing_sand: {owner}{notice.percent} % of the time to resolve "
        f"{_named(facts, direct_to)} has gone; it ends {due}."
    )
    return _with(
        text,
        "When the harm has stopped, press Mitigated: that stops the clock. After the end the manager is paged.",
        button("Mitigated…", ids.PRESS_MITIGATE, str(facts.number)),
    )


def _breach(notice: BreachNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    due = moment(notice.due, str(policy.zone))
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    late = _late(notice.late)
    if notice.clock == "response":
        text = f":rotating_light: Nobody has acknowledged {_named(facts, direct_to)}; that was due {due}.{late}"
        then = f"{manager} is being paged. Whoever takes it, press Acknowledge."
        return _with(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, str(facts.number), style="primary"))
    text = f":rotating_light: {_named(facts, direct_to)} is past its time to resolve; that was due {due}.{late}"
    then = (
        f"{manager} is being paged. {person(facts.holder(FIX_OWNER) or facts.declared_by)}: say in an update what "
        "stands in the way; press Mitigated when the harm has stopped."
    )
    return _with(text, then, button("Post an update", ids.PRESS_UPDATE, str(facts.number)))


def _update_due(notice: UpdateDueNotice, facts: EscalationFacts) -> Message:
    owners = _owners_of(notice.audiences, facts)
    when = f"is {length(notice.late)} late" if notice.late else "is due now"
    text = f"{owners} the next update for {escape(facts.account.name)} {when}."
    return _with_update_buttons(text, _whose(notice.audiences, facts), facts)


def _update_late(notice: UpdateLateNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    due = moment(notice.due, str(policy.zone))
    kind = "customer" if CUSTOMER in notice.audiences else "internal"
    text = f"The {kind} update for {_named(facts, direct_to)} was due {due} and has not come.{_late(notice.late)}"
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    then = f"No news is news too. If it does not come, {manager} is paged."
    return _with_update_buttons(text, then, facts)


def _review_due(facts: EscalationFacts, direct_to: str | None) -> Message:
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    text = f":mag: {owner}the review of {_named(facts, direct_to)} is due now and is not finished."
    return _with(text, "Note the day it was finished under More → Review; without it this cannot be closed.")


def _team_due(notice: TeamDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    helpers = policy.team(notice.team)
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    text = (
        f":busts_in_silhouette: {owner}{escape(helpers.name)} should have answered about {_named(facts, direct_to)} by "
        "now."
    )
    then = f"Reach them: {team_messages.reached(helpers, facts)}. When they have answered, say so here."
    return _with(text, then, button("They have answered", ids.PRESS_TEAM, f"{facts.number}:{helpers.key}"))


def _request_answered(
    notice: RequestAnsweredNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None
) -> Message:
    level, who = escape(policy.level(notice.level).label), person(notice.by)
    if notice.granted:
        text = f":white_check_mark: {who} has approved {level} for {_named(facts, direct_to)}, as you asked."
        return _with(text, "It has that level now.")
    text = f":no_entry_sign: {who} has declined {level} for {_named(facts, direct_to)}: {escape(notice.answer or '')}"
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


def _late(late: timedelta | None) -> str:
    return f" This notice is {length(late)} late, because Escalate was not running." if late else ""
