"""The forms that end an escalation: mitigated, resolved, reviewed, closed, reopened, withdrawn."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import (
    DatePickerElement,
    EmailInputElement,
    RadioButtonsElement,
    StaticSelectElement,
    UrlInputElement,
    UserSelectElement,
)

from bot.errors import FormError
from bot.policy.decide.contract import to_close, to_resolve
from bot.policy.decide.lifecycle import (
    Obstacle,
    cause_is_required,
    confirmation_is_required,
    review_is_required,
    sign_off_is_needed,
    whom_to_ask,
)
from bot.policy.decide.review_end import LastStep, ReviewEnd
from bot.policy.excerpts import Excerpt
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record.ending import CorrectiveActionFacts, UndoneResolution
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.policy.record.reviews import NOTHING_WRITTEN, ReviewWords
from bot.policy.time.durations import Duration, Unit
from bot.ports.workspace import Block, View
from bot.views.closing import contract, exit_criteria
from bot.views.kit import ids, labels, picking
from bot.views.kit.form_values import date_of, person_of, text_of
from bot.views.kit.parts import context, modal, option, paragraphs, question, section, text_input
from bot.views.kit.text import any_of, clip, has_slack_id, moment, one_line, plain, plain_moment
from bot.views.patterns import causes

_LINE = 300
_EVIDENCE = 2000
_SUMMARY = 2500
_CAUSE = 75
_FOLLOW_UP_TERM = Duration(Unit.BUSINESS_DAYS, 5)
_ASKED = "asked-"
# The most characters of all answers to the policy's questions: they are posted in one message.
_ANSWERS = 2100
# How a customer confirms: the word that is stored, and the one shown.
HOW: Final = (
    ("e-mail", "By e-mail"),
    ("call", "On a call"),
    ("ticket", "In the ticket"),
    ("Slack", "In Slack"),
    ("other", "Another way"),
)
# What the day of a review is taken from, said where it is offered.
_LAST_STEP: Final = {
    LastStep.DEBRIEFED: "The day of the last debrief.",
    LastStep.WRITTEN: "The day it was last written.",
    LastStep.LINKED: "The day its link was added.",
}
_NOT_UNDONE: Final = UndoneResolution()
MISTAKE, DUPLICATE = "mistake", "duplicate"
# The field that shows a refusal, in the forms that have it.
FIELDS = {
    Obstacle.NO_CONFIRMATION: "confirmed_by",
    Obstacle.NO_REVIEW: "review_url",
    Obstacle.NO_ACTION: "action",
    Obstacle.REVIEW_UNFINISHED: "finished_on",
    # Its form has no field for it, and what was typed is kept.
    Obstacle.NOT_SIGNED_OFF: "summary",
    Obstacle.NO_CAUSE: ids.CAUSE,
    Obstacle.NO_SUCH_ESCALATION: "duplicate_of",
}


def _form(callback_id: str, title: str, submit: str, facts: EscalationFacts, blocks: Sequence[Block]) -> View:
    return modal(callback_id, title, blocks, submit=submit, metadata=json.dumps({"number": facts.number}))


def _heading(facts: EscalationFacts, policy: Policy) -> Block:
    return section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")


def mitigate(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form for mitigation."""
    return _form(
        ids.MITIGATE,
        "Impact stopped",
        "Save",
        facts,
        [
            _heading(facts, policy),
            context(_mitigating(facts)),
            question("note", "What stopped the impact?", text_input("note", multiline=True, limit=1000), optional=True),
        ],
    )


def _mitigating(facts: EscalationFacts) -> str:
    """Return what saving does: the resolution clock, if one runs, stops with the impact."""
    clock = "Saving stops the resolution clock. " if facts.resolution.is_running else ""
    return f"{clock}The root cause can wait."


def resolve(
    facts: EscalationFacts,
    policy: Policy,
    now: datetime,
    ways: Collection[str] = (),
    *,
    undone: UndoneResolution = _NOT_UNDONE,
) -> View:
    """Draw the form for resolution: what must hold, what isn't recorded yet, and the cause.

    `ways` are the forms the viewer may clear a missing thing with; `undone` is filled in.
    """
    return _form(ids.RESOLVE, "Resolve", "Resolve", facts, [*_resolve(facts, policy, now, ways, undone)])


def _resolve(
    facts: EscalationFacts, policy: Policy, now: datetime, ways: Collection[str], undone: UndoneResolution
) -> Iterator[Block]:
    yield _heading(facts, policy)
    yield from contract.draw(to_resolve(facts, policy), facts, ways)
    yield context(_then(facts, policy))
    yield question("fixed", "What was fixed?", text_input("fixed", initial=undone.fixed, multiline=True, limit=2500))
    later = "Leave it empty if you don't know yet. Closing needs it." if cause_is_required(facts, policy) else None
    yield causes.ask(facts.cause, hint=later)
    if facts.waiver is None and facts.confirmation is None:
        yield question(
            "confirmed_by",
            "Who confirmed it for the customer?",
            text_input("confirmed_by", initial=undone.confirmed_by, limit=_LINE),
            hint="Check with the customer first.",
            optional=not confirmation_is_required(facts, policy),
        )
        yield question(
            "confirmed_how",
            "How did they confirm it?",
            _select("confirmed_how", HOW, undone.confirmed_how),
            optional=not confirmation_is_required(facts, policy),
        )
        evidence = text_input("evidence", initial=undone.evidence, limit=_EVIDENCE)
        yield question("evidence", "Their words, or a link", evidence, optional=True)
        may_waive = whom_to_ask(facts, policy.guards.waive) if contract.WAIVE not in ways else ()
        if may_waive and confirmation_is_required(facts, policy):
            yield context(f"Can't reach the customer? {any_of(may_waive)} can waive this.")
    if review_is_required(facts, policy):
        yield from _review_questions(facts, policy, now)


def _then(facts: EscalationFacts, policy: Policy) -> str:
    """Return what comes after the resolution."""
    if not review_is_required(facts, policy) or facts.review.finished_on is not None:
        return "Then: close it with a summary."
    due_at = review_due_at(facts, policy)
    by = f" by {moment(due_at, str(policy.zone))}" if due_at is not None else ""
    return f"Then: finish the review{by}, and close."


def _review_questions(facts: EscalationFacts, policy: Policy, now: datetime) -> Iterator[Block]:
    if not facts.review.exists:
        due_at = review_due_at(replace(facts, mitigated_at=facts.mitigated_at or now), policy)
        until = f" until {plain_moment(due_at, str(policy.zone))}" if due_at is not None else ""
        yield _review_link(f"It can follow{until}. Only closing needs it.")
    if not facts.review.standing:
        yield from action_questions(facts, policy, now, is_required=True)


def _review_link(hint: str) -> Block:
    """Return the question where the review is kept."""
    field = UrlInputElement(action_id="review_url")
    return question("review_url", "Post-incident review link", field, hint=hint, optional=True)


def action_questions(facts: EscalationFacts, policy: Policy, now: datetime, *, is_required: bool) -> Iterator[Block]:
    """Ask for a follow-up. A required one has the fix owner and five business days filled in."""
    owner = facts.holder(FIX_OWNER) if is_required else None
    due_on = policy.business.add(now, _FOLLOW_UP_TERM).astimezone(policy.zone).date() if is_required else None
    yield question("action", "Follow-up", text_input("action", limit=1000), optional=not is_required)
    yield question(
        "action_owner",
        "Owner",
        UserSelectElement(
            action_id="action_owner", initial_user=owner if owner is not None and has_slack_id(owner) else None
        ),
        optional=not is_required,
    )
    yield question(
        "action_due",
        "Due date",
        DatePickerElement(action_id="action_due", initial_date=due_on.isoformat() if due_on else None),
        optional=not is_required,
    )


def action_of(view: Mapping[str, Any]) -> CorrectiveActionFacts | None:
    """Return the follow-up if all three of its parts are given."""
    what, owner, due_on = text_of(view, "action"), person_of(view, "action_owner"), date_of(view, "action_due")
    return CorrectiveActionFacts(what=what, owner=owner, due_on=due_on) if what and owner and due_on else None


def missing_of_action(view: Mapping[str, Any]) -> dict[str, str]:
    """Return the errors for the missing parts of a partly given follow-up, by field."""
    given = {
        "action": bool(text_of(view, "action")),
        "action_owner": person_of(view, "action_owner") is not None,
        "action_due": date_of(view, "action_due") is not None,
    }
    if not any(given.values()):
        return {}
    words = {"action": "Enter what will be done.", "action_owner": "Name an owner.", "action_due": "Name a date."}
    return {field: words[field] for field, is_given in given.items() if not is_given}


def whole_action(view: Mapping[str, Any]) -> CorrectiveActionFacts | None:
    """Return the follow-up, if one is given. Raises FormError if only a part of it is."""
    missing = missing_of_action(view)
    if missing:
        raise FormError.of(missing)
    return action_of(view)


def consents_of(view: Mapping[str, Any]) -> Mapping[Consent, str]:
    """Return the consents the form asked for, besides the customer's, each with who agreed and how."""
    return {consent: text_of(view, consent) for consent in Consent if consent is not Consent.CUSTOMER}


def questions_of(view: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the policy's questions in the form, by the field of the answer."""
    blocks = (block for block in view["blocks"] if block.get("block_id", "").startswith(_ASKED))
    return {block["block_id"]: block["label"]["text"] for block in blocks}


def close(
    facts: EscalationFacts,
    policy: Policy,
    before: Sequence[Block] = (),
    *,
    agreed: Collection[Consent] = (),
    ways: Collection[str] = (),
    rate_to: str | None = None,
    criteria: str = "",
    reviewed: tuple[ReviewWords, ReviewEnd | None] = (NOTHING_WRITTEN, None),
) -> View:
    """Draw the form that closes: what must hold, then `before`, above its own questions.

    What is in the review (`reviewed`), and the day its record ends, are filled in, so that nobody types it again.
    `criteria` are the success criteria of a programme. `agreed` are the consents besides the customer's, `ways` the
    forms the viewer may clear a missing thing with. `rate_to` is the address offered for asking the customer how it
    went; None if they aren't asked.
    """
    words, review_end = reviewed
    blocks = [_heading(facts, policy), *contract.draw(to_close(facts, policy, agreed), facts, ways, criteria), *before]
    if facts.exit is not None:
        blocks.extend(paragraphs(exit_criteria.on_the_card(facts.exit)))
    questions = policy.kind(facts.kind).closing_questions
    if questions:
        limit = _ANSWERS // len(questions)
        blocks += [
            question(f"{_ASKED}{place}", asked, text_input(f"{_ASKED}{place}", multiline=True, limit=limit))
            for place, asked in enumerate(questions)
        ]
    if _asks_for_the_day(facts, policy):
        if not facts.review.exists:
            blocks.append(_review_link("Leave it empty if the review is written here."))
        day = review_end.on.isoformat() if review_end is not None else None
        hint = _LAST_STEP[review_end.step] if review_end is not None else None
        picker = DatePickerElement(action_id="finished_on", initial_date=day)
        blocks.append(question("finished_on", "Review finished on", picker, hint=hint))
    if cause_is_required(facts, policy) and facts.cause is None:
        blocks.append(causes.ask(_cause_in(words), is_required=True))
    if questions:
        blocks.append(context("Posted in the channel."))
    else:
        blocks.append(
            question(
                "summary",
                "Closing summary",
                text_input("summary", initial=_summary(facts, words), multiline=True, limit=_SUMMARY),
                hint="What happened, what was fixed, what keeps it from coming back. Posted in the channel.",
            )
        )
    if rate_to is not None:
        blocks.append(
            question(
                "rate_to",
                "Ask the customer how it went",
                EmailInputElement(action_id="rate_to", initial_value=rate_to or None),
                hint="We mail them once. Leave empty to skip.",
                optional=True,
            )
        )
    return _form(ids.CLOSE, "Close", "Close", facts, blocks)


def _cause_in(reviewed: ReviewWords) -> str | None:
    """Return the cause that a review ends in: the last of its whys."""
    whys = [line.strip() for line in reviewed.whys.splitlines() if line.strip()]
    return clip(one_line(whys[-1]), _CAUSE) if whys else None


def _summary(facts: EscalationFacts, reviewed: ReviewWords) -> str | None:
    """Return the beginning of the closing summary: what was fixed, the cause, and what keeps it from coming back."""
    cause = facts.cause or _cause_in(reviewed)
    told = [
        facts.fixed or "",
        f"Cause: {cause}" if cause else "",
        f"So that it doesn't come back: {'; '.join(one_line(action.what) for action in facts.review.standing)}"
        if facts.review.standing
        else "",
    ]
    return clip("\n".join(line for line in told if line), _SUMMARY) or None


def _asks_for_the_day(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if the day on which the review was finished is missing, and can be noted."""
    is_missing = review_is_required(facts, policy) and facts.review.finished_on is None
    return is_missing and not sign_off_is_needed(facts, policy)


def reopen(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that reopens."""
    blocks = [
        _heading(facts, policy),
        question("reason", "Why are you reopening this?", text_input("reason", limit=_LINE)),
    ]
    return _form(ids.REOPEN, "Reopen", "Reopen", facts, blocks)


def withdraw(facts: EscalationFacts, policy: Policy, others: Excerpt[EscalationFacts]) -> View:
    """Draw the form that withdraws; `others` are live escalations it may duplicate."""
    blocks = [
        _heading(facts, policy),
        question(
            "why",
            "Why?",
            RadioButtonsElement(
                action_id="why",
                options=[option(MISTAKE, "Declared by mistake"), option(DUPLICATE, "Duplicate")],
            ),
        ),
    ]
    if others.shown:
        menu = picking.one("duplicate_of", "Choose", others, preset=False)
        blocks.append(question("duplicate_of", "Duplicate of", menu, hint=picking.hint(others), optional=True))
    blocks.append(question("reason", "Reason", text_input("reason", limit=_LINE)))
    return _form(ids.WITHDRAW, "Withdraw", "Withdraw", facts, blocks)


def _select(action_id: str, choices: Sequence[tuple[str, str]], initial: str | None = None) -> StaticSelectElement:
    chosen = next((option(value, clip(words, 75)) for value, words in choices if value == initial), None)
    return StaticSelectElement(
        initial_option=chosen,
        action_id=action_id,
        placeholder=plain("Choose", 150),
        options=[option(value, clip(words, 75)) for value, words in choices],
    )
