"""Messages about account programmes: to those who decide on a proposal, to its proposer, and in the channel."""

from collections.abc import Iterator
from typing import Final

from bot.policy.decide.account_programme import Plan, Programme
from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.programmes import (
    Agreed,
    ConsentWaived,
    CriteriaAgreed,
    HealthChanged,
    IssueRolledUp,
    ItemAdded,
    ItemChanged,
    ItemsHandedOn,
    MadeFrom,
    PlanAgreed,
    ProgrammeAccepted,
    ProgrammeAnnouncement,
    ProgrammePlanned,
    ProgrammeProposedFrom,
    StatusCallCancelled,
    StatusCallNoted,
    StatusCallPlanned,
    WrittenPlan,
)
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.programmes import ProposalAnsweredNotice
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, paragraphs, quote, section
from bot.views.kit.text import any_of, clip, clip_markup, day, escape, moment, one_line, person
from bot.views.levels import level_card
from bot.views.programmes import call_messages, item_messages, programme_card

_REASON: Final = 400


def proposal(programme: Programme, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message that asks for a decision; once decided it shows the answer."""
    text = f":raised_hand: {_proposes(facts)}: {labels.summary(facts)}"
    return Message(text, tuple(_proposal(programme, facts, policy)))


def _proposal(programme: Programme, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    yield section(f":raised_hand: {_proposes(facts)}.\n*{labels.summary(facts)}*")
    yield section(programme_card.why(programme, policy))
    yield from paragraphs("\n".join(_proposed(programme, facts, policy)))
    if not facts.is_proposed:
        yield context(answer(programme, facts, policy))
        return
    zone, value = str(policy.zone), str(facts.number)
    yield context(
        f"{_began(facts, zone)}. Accept to open a channel and add the team. If you "
        f"don't answer, it's accepted {moment(facts.accept_at, zone) if facts.accept_at else 'automatically'}."
    )
    yield actions(
        button("Accept…", ids.PRESS_ACCEPT, value, style="primary"),
        button("Decline…", ids.PRESS_DECLINE, value),
        block_id=f"proposal-{facts.number}",
    )


def _began(facts: EscalationFacts, zone: str) -> str:
    """Return what began with the proposal: the rhythm of updates."""
    return f"Updates count from {moment(facts.declared_at, zone)}"


def _proposes(facts: EscalationFacts) -> str:
    account = escape(facts.account.name)
    return f"{person(facts.declared_by)} proposes an account programme for *{account}* ({facts.key})"


def _proposed(programme: Programme, facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    if policy.only_level is None:
        raised = facts.trace if facts.level != facts.chosen_level else ()
        why = " ".join(level_card.sentence(each, facts) for each in raised)
        because = f". {clip_markup(why, _REASON)}" if why else ""
        yield f"*Severity:* {escape(policy.level(facts.level).label)}{because}"
    health = labels.health(facts, policy)
    if health is not None:
        yield f"*Health:* {health}"
    yield f"*Success criteria:* {escape(programme.success_criteria) or 'none yet'}"
    if facts.is_private:
        yield ":lock: Confidential: only people in its private channel can see it."


def receipt(facts: EscalationFacts, policy: Policy) -> str:
    """Return the line where a programme was proposed: who was asked, and what happens without an answer."""
    account = "" if facts.is_private else f" for {escape(facts.account.name)}"
    automatic = (
        f" Without an answer it's accepted {moment(facts.accept_at, str(policy.zone))}." if facts.accept_at else ""
    )
    return (
        f"{facts.key} is proposed{account}. We asked {any_of(whom_to_ask(facts, policy.guards.accept))} to accept or "
        f"decline.{automatic}"
    )


def answer(programme: Programme, facts: EscalationFacts, policy: Policy) -> str:
    """Return what became of a proposal."""
    if facts.accepted is None or facts.answered_at is None:
        return ":no_entry_sign: Withdrawn. No answer needed."
    when = moment(facts.answered_at, str(policy.zone))
    place = f" {labels.where(facts)}" if facts.channel_id is not None else ""
    if programme.answered_by is None:
        return f":white_check_mark: Accepted {when}, because no one answered in time.{place}"
    who, why = person(programme.answered_by), f": {escape(programme.reason)}" if programme.reason else "."
    if facts.accepted:
        return f":white_check_mark: Accepted by {who}, {when}{why}{place}"
    return f":no_entry_sign: Declined by {who}, {when}{why}"


def draw_answer(notice: ProposalAnsweredNotice, facts: EscalationFacts) -> Message:
    """Draw the message to the proposer."""
    account, reason = escape(facts.account.name), escape(notice.reason or "", 600)
    if facts.accepted:
        by = f"{person(notice.by)} accepted" if notice.by else "No one answered in time, so we accepted"
        why = f": {reason}" if reason else "."
        text = f":white_check_mark: {by} your programme for {account} ({facts.key}){why}"
        return Message(text, (section(text), context("Its channel opens now.")))
    by = person(notice.by) if notice.by else "The manager"
    why = f": {reason}" if reason else "."
    text = f":no_entry_sign: {by} declined your programme for {account} ({facts.key}){why}"
    return Message(text, (section(text), context("It counts in no SLA. Reopen it to propose it again.")))


def draw_announcement(  # noqa: C901, PLR0911 - a case for each
    told: ProgrammeAnnouncement, facts: EscalationFacts, policy: Policy
) -> Message:
    """Draw a channel message about a programme."""
    match told:
        case ProgrammeAccepted():
            return _accepted(told, facts, policy)
        case IssueRolledUp():
            return _rolled_up(told, facts, policy)
        case ProgrammePlanned():
            return _planned(told, facts, policy)
        case Agreed():
            return _agreed(told, facts, policy)
        case ConsentWaived():
            return _waived(told, facts, policy)
        case CriteriaAgreed():
            text = f":handshake: The customer agreed to the success criteria. Noted by {person(told.by)}."
            return Message(text, (section(text), context(escape(told.customer))))
        case PlanAgreed():
            text = f":handshake: The customer agreed to the plan on {day(told.on)}. Noted by {person(told.by)}."
            return Message(text, (section(text), context(escape(told.customer))))
        case HealthChanged():
            return _health_changed(told, facts, policy)
        case MadeFrom():
            return _made_from(told)
        case ProgrammeProposedFrom():
            return _proposed_from(told)
        case ItemAdded() | ItemChanged() | ItemsHandedOn():
            return item_messages.draw(told, facts)
        case StatusCallPlanned() | StatusCallCancelled() | StatusCallNoted():
            return call_messages.draw(told, facts, policy)


def _accepted(told: ProgrammeAccepted, facts: EscalationFacts, policy: Policy) -> Message:
    account, zone, by = escape(facts.account.name), str(policy.zone), told.by
    if by is None:
        due = f" by {moment(facts.accept_at, zone)}" if facts.accept_at else ""
        text = (
            f":handshake: {account} is in an account programme now, proposed by {person(facts.declared_by)}. "
            f"No one answered{due}, so we accepted it."
        )
    elif by == facts.declared_by:
        text = f":handshake: {person(by)} opened an account programme for {account}."
    else:
        reason = f": {escape(told.reason, 600)}" if told.reason else "."
        text = f":handshake: {person(by)} accepted {person(facts.declared_by)}'s account programme"
        text += f" for {account}{reason}"
    small = [f"{_began(facts, zone)}, with the proposal."]
    if facts.customer_update_due_at is not None:
        small.append(f"Customer update due {moment(facts.customer_update_due_at, zone)}.")
    if not facts.is_private and policy.has_issues:
        small.append("New issues of this customer are posted here. The card lists open ones.")
    plan = button("Plan and success criteria…", ids.PRESS_PLAN, str(facts.number))
    return Message(text, (section(text), context(*small), actions(plan)))


def _rolled_up(told: IssueRolledUp, facts: EscalationFacts, policy: Policy) -> Message:
    if told.left_out:
        text = f":lock: A new issue of {escape(facts.account.name)}, which is confidential."
        return Message(text, (section(text),))
    level = f"{told.emoji} {escape(told.level)}"
    summary = escape(clip(one_line(told.summary), 300))
    text = f":link: A new issue of {escape(facts.account.name)}: {level} · ESC-{told.number}: {summary}"
    return Message(text, (section(text), context(f"Declared by {person(told.by)}. It has its own channel.")))


def _made_from(told: MadeFrom) -> Message:
    if told.left_out:
        text = ":arrow_up: Made from a confidential escalation."
        return Message(text, (section(text),))
    summary = escape(clip(one_line(told.summary), 300))
    text = f":arrow_up: {person(told.by)} made this from ESC-{told.number}: {summary}"
    small = (
        "Owners, people, ticket, details and the customer's mails came along. The next customer update is owed here."
    )
    return Message(text, (section(text), context(small)))


def _proposed_from(told: ProgrammeProposedFrom) -> Message:
    named = "" if told.left_out else f": ESC-{told.number}"
    text = f":arrow_up: {person(told.by)} proposed this as an account escalation{named}."
    return Message(text, (section(text), context("This one stays open.")))


def _planned(told: ProgrammePlanned, facts: EscalationFacts, policy: Policy) -> Message:
    what, said = [], []
    if told.cause:
        said.append(f"*Cause*\n{quote(escape(told.cause))}")
    elif told.looked_for_by:
        said.append(f"*Cause:* not known yet. {person(told.looked_for_by)} is looking for it.")
    if told.success_criteria:
        what.append("success criteria")
        said.append(f"*Success criteria*\n{quote(escape(told.success_criteria))}")
    if told.plan:
        what.append("remediation plan")
        said.append(_plan(told.plan))
    done = f"wrote the {' and the '.join(what)}" if what else "named the cause" if told.cause else "changed the plan"
    text = f":compass: {person(told.by)} {done}."
    blocks = [section(text), *(block for words in said for block in paragraphs(words))]
    if told.plan:
        blocks.append(actions(button("Tell the customer", ids.PRESS_TELL_PLAN, str(facts.number))))
    return Message(text, tuple(blocks))


def _plan(written: WrittenPlan) -> str:
    plan = Plan(words=written.words, owner=written.owner, due_on=written.due_on, url=written.url)
    return programme_card.remediation(plan)


def _agreed(told: Agreed, facts: EscalationFacts, policy: Policy) -> Message:
    given = [f"• {programme_card.CONSENT_NAMES[key]}: {escape(how)}" for key, how in told.given.items()]
    text = f":handshake: {person(told.by)} noted consents to closing:"
    return Message(f"{text} {'; '.join(given)}", paragraphs("\n".join([text, *given])))


def _waived(told: ConsentWaived, facts: EscalationFacts, policy: Policy) -> Message:
    what, reason = programme_card.CONSENT_NAMES[told.consent].lower(), escape(told.reason, 600)
    text = f":ballot_box_with_check: {person(told.by)} waived a consent to closing ({what}): {reason}"
    return Message(text, (section(text),))


def _health_changed(told: HealthChanged, facts: EscalationFacts, policy: Policy) -> Message:
    before = policy.health_rule(told.before)
    after = policy.health_rule(told.after)
    was = f" from {escape(before.label)}" if before else ""
    now, emoji = (escape(after.label), after.emoji) if after else (escape(told.after), ":memo:")
    account = escape(facts.account.name)
    text = f"{emoji} {person(told.by)} changed the health of {account}{was} to *{now}*."
    small = [escape(after.definition)] if after else []
    if after is not None:
        small.append(f"Updates are due {after.cadence.in_words()} at least.")
    if facts.customer_update_due_at is not None:
        small.append(f"Next customer update: {moment(facts.customer_update_due_at, str(policy.zone))}.")
    return Message(text, (section(text), *([context(*small)] if small else [])))
