"""Mails to teams about an escalation: what they are asked, and everything their source demands for its category."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from bot.policy.decide.case_reviews import CaseReviewFacts
from bot.policy.decide.handling import answer_due
from bot.policy.decide.incidents import IncidentFacts
from bot.policy.decide.questionnaire import REQUIRED, Questionnaire
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.mails import (
    AskedMail,
    CalledMail,
    ChasedMail,
    CheckedMail,
    CopiedMail,
    IncidentMail,
    LeadMail,
    MayLeaveMail,
    NotPostedMail,
    RepeatedMail,
    TeamMail,
)
from bot.views.kit import labels, outstanding
from bot.views.kit.text import clean, clip, escape, one_line, plain_moment, times
from bot.views.mail.letter import ClosingLine, Letter, LetterRow, LetterSection

APPROVE_BY_MAIL: Final = 'To approve the request, reply with the word "Approved" on the first line'
_SUMMARY: Final = 120
_TEXT: Final = 4000
_REPORTED, _FIX_OWNER, _CUSTOMER_OWNER = "Reported", "Fix owner", "Customer owner"
_PEOPLE: Final = (_REPORTED, _FIX_OWNER, _CUSTOMER_OWNER)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext:
    """Everything a mail needs beyond the escalation's facts.

    `now` is when it is sent, if the bot sends it; `names` are people's names by identity. `is_answered` is true if a
    reply is read. `channel_url` leads to the escalation's channel.
    """

    now: datetime | None
    names: Mapping[str, str] = field(default_factory=dict)
    questionnaire: Questionnaire | None = None
    is_answered: bool = False
    channel_url: str | None = None
    # The labels of the factors that were checked, for a mail about an identity.
    checked: Sequence[str] = ()
    waits_for_approval: bool = False
    # True if an answer from the address it goes to approves the request.
    approves: bool = False
    # True if its reader may not know what a confidential escalation is about.
    is_hidden: bool = False


def draw(mail: TeamMail, facts: EscalationFacts, policy: Policy, context: MailContext) -> Letter:
    """Draw a mail. Of a confidential escalation, only the team that helps reads anything but its number."""
    is_others = mail.team != facts.team and not isinstance(mail, CheckedMail)
    is_hidden = facts.is_private and (is_others or context.is_hidden)
    return Letter(
        subject=subject(facts),
        lead=_lead(mail, facts, policy, context.now),
        rows=() if is_hidden else tuple(_rows(facts, policy, context)),
        sections=() if is_hidden else tuple(_sections(mail, facts, policy, context)),
        missing=() if is_hidden else missing(context.questionnaire),
        closing=tuple(_closing(facts, context)),
    )


def draw_ready(mail: TeamMail, facts: EscalationFacts, policy: Policy, asked: Questionnaire) -> Letter:
    """Draw a mail for a person to send: it names nobody by Slack id, and answers go to its sender."""
    context = MailContext(now=None, questionnaire=asked)
    found = draw(mail, facts, policy, context)
    known = [row for row in found.rows if row.label not in _PEOPLE]
    return replace(found, rows=known, closing=(ClosingLine("Please reply to me."),))


def subject(facts: EscalationFacts) -> str:
    """Return the subject, which is the same for all mails of a thread. A confidential one names no customer."""
    if facts.is_private:
        return f"{facts.key} (confidential)"
    return f"{facts.key} {one_line(facts.account.name)}: {clip(one_line(facts.summary), _SUMMARY)}"


def missing(asked: Questionnaire | None) -> tuple[str, ...]:
    """Return the labels of what the category's team needs and nobody has filled in yet."""
    groups = asked.groups if asked is not None else ()
    return tuple(
        question.label
        for group in groups
        if group.key == REQUIRED
        for question in group.questions
        if question.answer is None
    )


def _demanded(asked: Questionnaire | None) -> set[str]:
    """Return the answers to what the category's team demands, which have a section of their own."""
    groups = asked.groups if asked is not None else ()
    return {one.answer.text for group in groups if group.key == REQUIRED for one in group.questions if one.answer}


def _lead(mail: TeamMail, facts: EscalationFacts, policy: Policy, now: datetime | None) -> str:
    key, name = facts.key, policy.team(mail.team).name
    match mail:
        case AskedMail():
            return f"{name}, we need you on {key}.{_deadline(facts, policy, now)}"
        case ChasedMail():
            return f"{name}, we haven't heard from you about {key} yet. Please answer now."
        case LeadMail():
            return f"{name} hasn't answered about {key}, and we asked again. You lead them: please answer now."
        case CopiedMail():
            helps = policy.team(facts.team).name if facts.team and facts.team != mail.team else None
            return f"{name}, for your information: {f'{helps} is helping with {key}' if helps else key}."
        case CalledMail() if (late := outstanding.short(facts)) is not None:
            return f"{name}, {key} is acknowledged, but {late}. You're next: please answer now."
        case CalledMail():
            return f"{name}, no one responded to our pages for {key}, so you're next. Please answer now."
        case MayLeaveMail():
            return f"{name}, this customer may leave: {key}."
        case NotPostedMail():
            return f"{name}, the outage of {key} isn't on the status page. Please post it."
        case CheckedMail():
            tier = next((tier.label for tier in policy.verification.tiers if tier.key == mail.tier), mail.tier)
            return f"{name}, the identity check for {key} ({tier.lower()}) is ready for you."
        case _:
            return f"{name}, about {key}."


def _deadline(facts: EscalationFacts, policy: Policy, now: datetime | None) -> str:
    """Return by when the team should answer; how long it has, while nobody knows when it will be asked."""
    due_at = answer_due(policy, facts, now) if now is not None else None
    if due_at is not None:
        return f" Please answer by {plain_moment(due_at, str(policy.zone))}."
    terms = facts.team_answer.terms
    return f" Please answer within {terms.target.in_words()}." if terms is not None else ""


def _rows(facts: EscalationFacts, policy: Policy, context: MailContext) -> Iterator[LetterRow]:
    account = facts.account
    about = dict.fromkeys(word for word in (account.plan, account.tier) if word)
    marked = " (Enterprise customer)" if account.enterprise_mark else ""
    yield LetterRow("Customer", ", ".join((one_line(account.name), *about)) + marked)
    yield LetterRow("Severity", policy.level(facts.level).label)
    if facts.category is not None:
        category = policy.category(facts.category)
        ticked = [trigger.text for trigger in category.triggers if trigger.key in facts.triggers]
        yield LetterRow("Category", ": ".join((category.label, *(["; ".join(ticked)] if ticked else []))))
    yield LetterRow("Summary", one_line(facts.summary))
    if facts.description and facts.description not in _demanded(context.questionnaire):
        yield LetterRow("What happened", clip(clean(facts.description), _TEXT))
    zone = str(policy.zone)
    yield LetterRow(_REPORTED, f"{_name(facts.declared_by, context)}, {plain_moment(facts.declared_at, zone)}")
    for label, role in ((_FIX_OWNER, FIX_OWNER), (_CUSTOMER_OWNER, RELATIONSHIP_OWNER)):
        if holder := facts.holder(role):
            yield LetterRow(label, _name(holder, context))
    if facts.ticket is not None:
        yield LetterRow("Ticket", facts.ticket.url or facts.ticket.name)
    if facts.permalink:
        yield LetterRow("Conversation", facts.permalink)
    if facts.verified_at is not None:
        yield LetterRow("Identity", f"Checked, {plain_moment(facts.verified_at, zone)}")
    elif facts.verification_tier is not None:
        yield LetterRow("Identity", "Not checked yet")


def _sections(mail: TeamMail, facts: EscalationFacts, policy: Policy, context: MailContext) -> Iterator[LetterSection]:
    if isinstance(mail, CheckedMail):
        done = "Nothing more is needed"
        if context.waits_for_approval:
            done = APPROVE_BY_MAIL if context.approves else "A manager has to approve it in Slack"
        rows = [LetterRow("Checked", label) for label in context.checked]
        yield LetterSection("Identity check", (*rows, LetterRow("Next", done)))
    if context.questionnaire is None:
        return
    told = {one_line(facts.account.name), facts.summary, facts.description, facts.account.plan, facts.permalink}
    for group in context.questionnaire.groups:
        # The first section is what the team demands: it is whole, also where the rows above say the same.
        rows = [
            LetterRow(question.label, clip(clean(question.answer.text), _TEXT))
            for question in group.questions
            if question.answer is not None and (group.key == REQUIRED or question.answer.text not in told)
        ]
        yield LetterSection(group.label, tuple(rows))


def _closing(facts: EscalationFacts, context: MailContext) -> Iterator[ClosingLine]:
    fixer = _name(facts.holder(FIX_OWNER) or facts.declared_by, context)
    if context.is_answered:
        yield ClosingLine("Reply to this mail: your answer goes to the people on it, and counts as your team's.")
    else:
        yield ClosingLine(f"Replies to this mail aren't read. Please answer {fixer}.")
    if context.channel_url is not None:
        yield ClosingLine(f"Open {facts.key} in Slack", context.channel_url)


def _name(identity: str, context: MailContext) -> str:
    return one_line(context.names.get(identity, identity))


def draw_repeated(mail: RepeatedMail, review: CaseReviewFacts, facts: EscalationFacts, policy: Policy) -> Letter:
    """Draw the summary of a customer who has escalated again and again."""
    repeats, name = policy.patterns.repeats, policy.team(mail.team).name
    if facts.is_private:
        lead = f"{name}, a customer has escalated too often. Ask the people of {facts.key}."
        return Letter(subject=subject(facts), lead=lead)
    count = len(review.history) + review.earlier + review.hidden
    days = f" in {repeats.within_days} days" if repeats else ""
    due = plain_moment(review.due_at, str(policy.zone))
    listed = [
        LetterRow(
            other.key,
            f"{plain_moment(other.declared_at, str(policy.zone))}, "
            f"{labels.status_words(other).lower()}: {other.summary}",
        )
        for other, _ in review.history
    ]
    rest = review.earlier + review.hidden
    return Letter(
        subject=subject(facts),
        lead=f"{name}, {one_line(facts.account.name)} escalated {count} times{days}. The case review is due {due}.",
        sections=(
            LetterSection("Escalations", (*listed, *([LetterRow("And", f"{rest} more")] if rest else []))),
            LetterSection(
                "To find out", tuple(LetterRow("Question", one) for one in (repeats.questions if repeats else ()))
            ),
        ),
    )


def draw_incident(mail: IncidentMail, incident: IncidentFacts, policy: Policy, names: Mapping[str, str]) -> Letter:
    """Draw the mail about a new major incident: what is seen, how many reports there are, since when."""
    affected = len(incident.affected) + incident.more + incident.hidden + len(incident.customers)
    by = one_line(names.get(incident.declared_by, incident.declared_by))
    return Letter(
        subject=f"{incident.key} {clip(one_line(incident.title), _SUMMARY)}",
        lead=f"{policy.team(mail.team).name}, we have a major incident: {one_line(incident.title)}.",
        rows=(
            LetterRow("What we're seeing", one_line(incident.title)),
            LetterRow("Number of reports", f"{affected}, from {times(incident.accounts, 'account')}"),
            LetterRow("Since when", plain_moment(incident.since, str(policy.zone))),
            LetterRow("Declared by", f"{by}, {plain_moment(incident.declared_at, str(policy.zone))}"),
        ),
        closing=(ClosingLine(f"Please answer {by}."),),
    )


def not_sent(key: str, to: str) -> str:
    """Return the message to the declarer of a major incident that nobody got its mail."""
    return f":warning: Couldn't mail {escape(to)} about {key}. Write to them yourself."
