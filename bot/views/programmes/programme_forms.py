"""The forms of account programmes: proposal, answer, plan, consents."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import (
    ExternalDataSelectElement,
    Option,
    RadioButtonsElement,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot.policy.decide.account_programme import Programme, missing_consents, programme_kind
from bot.policy.decide.lifecycle import Obstacle, whom_to_ask
from bot.policy.model.facts import HealthState
from bot.policy.model.programmes import Consent, Health, Kind
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.categories import category_questions
from bot.views.declaring.declaration_draft import DIGEST, Origin
from bot.views.declaring.declare_form import SUMMARY_LIMIT
from bot.views.kit import ids, labels
from bot.views.kit.account_choice import AccountChoice, account_option
from bot.views.kit.form_values import option_of
from bot.views.kit.parts import actions, button, context, modal, option, question, section, text_input
from bot.views.kit.text import any_of, escape, link, one_line, person, plain
from bot.views.programmes import programme_card

ACCEPT, DECLINE = "accept", "decline"
# The field that shows a refusal, in the forms that have it: each consent is a field with its own name.
FIELDS = {
    Obstacle.NO_STAKEHOLDERS: Consent.STAKEHOLDERS.value,
    Obstacle.CRITERIA_NOT_MET: Consent.SUCCESS_CRITERIA.value,
}
_LINE = 300
_OPTION = 75
_MOST_OPTIONS = 100
MORE = "more-options"
_QUESTIONS = {
    Consent.STAKEHOLDERS: ("Which stakeholders agree, and how?", "Names, and where they said so."),
    Consent.SUCCESS_CRITERIA: ("How are the success criteria met?", "Against what was agreed at the start."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """The proposal form's answers. Source and criteria are positions in the policy's lists."""

    account: AccountChoice | None = None
    summary: str = ""
    # The message it was proposed from.
    permalink: str | None = None
    source: int | None = None
    criteria: tuple[int, ...] = ()
    # Not asked if the policy has one level only.
    asks_level: bool = True
    level: str | None = None
    health: HealthState | None = None
    success_criteria: str = ""
    confidential: bool = False
    origin: Origin | None = None
    # The escalation it is made from.
    made_from: int | None = None
    # The digest of the policy that the form was drawn with.
    drawn_with: str | None = None


def propose(
    account: AccountChoice | None,
    policy: Policy,
    *,
    summary: str = "",
    permalink: str | None = None,
    origin: Origin | None = None,
    made_from: EscalationFacts | None = None,
    made_under: Policy | None = None,
    drawn_with: str | None = None,
) -> View:
    """Draw the form that proposes a programme, with what was typed already, or the message it comes from.

    `origin` is where it was asked for, and is answered. `made_from` is the escalation that becomes a programme,
    `made_under` its own policy, and `drawn_with` the digest of the policy.
    """
    kind = programme_kind(policy)
    if kind is None:
        words = "This policy has no account programmes. Declare an escalation instead."
        return modal(ids.PROPOSE, "Propose a programme", [section(words)], close="Close")
    named = labels.plain_title(made_from, made_under or policy) if made_from is not None else None
    blocks = [*_proposal(account, policy, kind, summary, made_from, named)]
    if permalink is not None:
        blocks.append(context(f"From {link(permalink, 'this message')}. The programme links to it."))
    known = {
        "permalink": permalink,
        "origin": origin.kept() if origin else None,
        "policy": drawn_with[:DIGEST] if drawn_with else None,
    }
    if made_from is None:
        return modal(ids.PROPOSE, "Propose a programme", blocks, submit="Propose", metadata=json.dumps(known))
    metadata = json.dumps({**known, "made_from": made_from.number})
    return modal(ids.PROPOSE, "Account escalation", blocks, submit="Propose", metadata=metadata)


def read(view: Mapping[str, Any]) -> Proposed:
    """Parse the form."""
    values = view["state"]["values"]

    def element(block_id: str) -> Mapping[str, Any]:
        return next(iter(values.get(block_id, {}).values()), {})

    account, source = element("account").get("selected_option"), element("source").get("selected_option")
    level, health = element("level").get("selected_option"), element("health").get("selected_option")
    ticked = element("criteria").get("selected_options") or ()
    metadata = json.loads(view.get("private_metadata") or "{}")
    return Proposed(
        permalink=metadata.get("permalink"),
        account=AccountChoice.read(account["value"], account["text"]["text"]) if account else None,
        summary=one_line(element("summary").get("value") or ""),
        source=int(source["value"]) if source else None,
        criteria=tuple(int(choice["value"]) for choice in ticked),
        asks_level="level" in values,
        level=level["value"] if level else None,
        health=HealthState(health["value"]) if health else None,
        success_criteria=(element("success_criteria").get("value") or "").strip(),
        confidential=category_questions.is_confidential(values),
        origin=Origin(*metadata["origin"]) if metadata.get("origin") else None,
        made_from=metadata.get("made_from"),
        drawn_with=metadata.get("policy"),
    )


def _proposal(
    account: AccountChoice | None,
    policy: Policy,
    kind: Kind,
    summary: str,
    source: EscalationFacts | None,
    named: str | None,
) -> Iterator[Block]:
    if named is not None:
        yield section(f"*{named}*\nOwners, people, ticket, details and the customer's mails come along.")
    else:
        yield _which_account(account)
    yield from _questions(policy, kind, summary, source)


def _which_account(account: AccountChoice | None) -> Block:
    return question(
        "account",
        "Account",
        ExternalDataSelectElement(
            action_id=ids.PROPOSE_ACCOUNT,
            placeholder=plain("Type a name", 150),
            initial_option=account_option(account, None) if account else None,
            min_query_length=0,
        ),
    )


def _questions(policy: Policy, kind: Kind, summary: str, source: EscalationFacts | None) -> Iterator[Block]:
    placeholder = "One line, as you'd say it"
    yield question(
        "summary",
        "What puts the account at risk?",
        text_input("summary", initial=summary, limit=SUMMARY_LIMIT, placeholder=placeholder),
    )
    if kind.criteria:
        options = [_two_lines(str(n), text) for n, text in enumerate(kind.criteria[:_MOST_OPTIONS])]
        yield question(
            "criteria",
            "What applies?",
            StaticMultiSelectElement(action_id="criteria", placeholder=plain("One is enough", 150), options=options),
            optional=True,
        )
    if kind.sources:
        yield question("source", "Who asked for it?", _select("source", _numbered(kind.sources)))
    if policy.only_level is None:
        levels = [option(level.code, f"{level.label}: {level.short}") for level in policy.levels]
        present = source.level if source is not None else None
        yield question("level", "Severity", _select("level", levels, present))
    if policy.health:
        states = [_state(health) for health in policy.health]
        yield question("health", "Account health", RadioButtonsElement(action_id="health", options=states))
    yield actions(button("More options", ids.MORE_PROPOSAL, "more"), block_id=MORE)


def more_questions(policy: Policy, source: EscalationFacts | None) -> tuple[Block, ...]:
    """Draw the questions that can wait. `source` is the escalation that becomes a programme."""
    kind = programme_kind(policy)
    return tuple(_more(kind, source)) if kind is not None else ()


def made_from(view: Mapping[str, Any]) -> int | None:
    """Return the escalation that the form makes a programme from."""
    number = json.loads(view.get("private_metadata") or "{}").get("made_from")
    return int(number) if number is not None else None


def _more(kind: Kind, source: EscalationFacts | None) -> Iterator[Block]:
    unanswered = f"; without an answer it's accepted after {kind.accept_after.in_words()}" if kind.accept_after else ""
    definition = f"{escape(kind.definition)} " if kind.definition else ""
    yield context(f"{definition}The manager accepts or declines{unanswered}. Updates count from now.")
    yield question(
        "success_criteria",
        "Success criteria",
        text_input(
            "success_criteria",
            initial=source.exit.words if source is not None and source.exit is not None else None,
            multiline=True,
            placeholder="Measurable, with a date, agreed by both sides",
        ),
        hint=kind.exit_criteria,
        optional=True,
    )
    if source is None or not source.is_private:
        yield category_questions.who_may_see_it()


def _two_lines(value: str, text: str) -> Option:
    """Return an option whose text continues in its description, after a comma, if it is too long."""
    if len(text) <= _OPTION:
        return option(value, text)
    commas = (found.end() - 1 for found in re.finditer(", ", text[: _OPTION + 1]))
    fitting = (cut for cut in commas if len(text) - cut <= _OPTION)
    cut = next(fitting, text.rfind(" ", 0, _OPTION + 1))
    return option(value, text[:cut], text[cut + 1 :]) if cut > 0 else option(value, text)


def _numbered(texts: Sequence[str]) -> list[Option]:
    return [option(str(n), text) for n, text in enumerate(texts[:_MOST_OPTIONS])]


def _state(health: Health) -> Option:
    meaning = health.definition.split(". ")[0].rstrip(".")
    updates = f"Updates {health.cadence.in_words()} at least"
    return option(health.state, f"{health.emoji} {health.label}: {meaning}", updates)


def _select(action_id: str, options: Sequence[Option], initial: str | None = None) -> StaticSelectElement:
    chosen = next((one for one in options if one.value == initial), None)
    return StaticSelectElement(
        action_id=action_id, placeholder=plain("Choose", 150), options=list(options), initial_option=chosen
    )


def answer(facts: EscalationFacts, policy: Policy, programme: Programme, *, initial: str | None) -> View:
    """Draw the form that accepts or declines; it asks which if `initial` doesn't say so."""
    heading = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        section(programme_card.why(programme, policy)),
    ]
    known = {"answer": initial} if initial in (ACCEPT, DECLINE) else {}
    metadata = json.dumps({"number": facts.number, **known})
    if initial == ACCEPT:
        then = context("Opens a channel, adds the team and starts update reminders.")
        blocks = [*heading, _answer_reason(None, optional=True), then]
        return modal(ids.ANSWER_PROPOSAL, "Accept the programme", blocks, submit="Accept", metadata=metadata)
    if initial == DECLINE:
        blocks = [*heading, _answer_reason("Shown with your name.", optional=False)]
        return modal(ids.ANSWER_PROPOSAL, "Decline the programme", blocks, submit="Decline", metadata=metadata)
    choices = [
        option(ACCEPT, "Accept", "Opens a channel, adds the team, starts update reminders"),
        option(DECLINE, "Decline", "Ends with your reason; counts in no SLA"),
    ]
    asked = question("answer", "Your answer", RadioButtonsElement(action_id="answer", options=choices))
    blocks = [*heading, asked, _answer_reason("Needed to decline. Shown with your name.", optional=True)]
    return modal(ids.ANSWER_PROPOSAL, "Answer the proposal", blocks, submit="Answer", metadata=metadata)


def _answer_reason(hint: str | None, *, optional: bool) -> Block:
    return question("reason", "Reason", text_input("reason", limit=_LINE), hint=hint, optional=optional)


def answer_of(view: Mapping[str, Any]) -> str | None:
    """Return whether the form accepts or declines."""
    known = json.loads(view["private_metadata"]).get("answer")
    return str(known) if known is not None else option_of(view, "answer")


def consents(facts: EscalationFacts, policy: Policy, programme: Programme) -> View:
    """Draw the form for consents to closing, or for the waiver of one."""
    missing = [*_missing(facts, policy, programme)]
    heading = section(f"{labels.title(facts, policy)} · {facts.key}\n{_so_far(facts, programme)}")
    if not missing:
        return modal(ids.CONSENTS, "Consents to closing", [heading], close="Close")
    may = any_of(whom_to_ask(facts, policy.guards.waive)) or "No one in the policy"
    waivable = [option(consent, programme_card.CONSENT_NAMES[consent]) for consent in missing]
    blocks = [
        heading,
        *consent_questions(missing),
        context(f"{may} may waive one instead. Name and reason are posted."),
        question("waived", "Waive", _select("waived", waivable), optional=True),
        question("reason", "Why without it?", text_input("reason", limit=_LINE), optional=True),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.CONSENTS, "Consents to closing", blocks, submit="Save", metadata=metadata)


def _so_far(facts: EscalationFacts, programme: Programme) -> str:
    said = [
        f":white_check_mark: {programme_card.CONSENT_NAMES[agreement.consent]}: {escape(agreement.how, _LINE)}"
        for agreement in programme.agreements
    ]
    if facts.confirmation is not None:
        said.append(f":white_check_mark: The customer: {escape(facts.confirmation.by)}")
    elif facts.waiver is not None:
        said.append(f":ballot_box_with_check: The customer: waived by {person(facts.waiver.by)}")
    else:
        said.append(":hourglass_flowing_sand: The customer: asked when it's resolved")
    return "\n".join(said)


def _missing(facts: EscalationFacts, policy: Policy, programme: Programme | None) -> Iterator[Consent]:
    given = [agreement.consent for agreement in programme.agreements] if programme else []
    return (consent for consent in missing_consents(facts, policy, given) if consent in _QUESTIONS)


def consent_questions(missing: Sequence[Consent], *, is_required: bool = False) -> Iterator[Block]:
    """Yield the questions for consents; the answers are keyed by the consent's name."""
    for consent in missing:
        words, hint = _QUESTIONS[consent]
        field = text_input(consent, multiline=True, limit=1000)
        yield question(consent, words, field, hint=hint, optional=not is_required)


def before_closing(facts: EscalationFacts, policy: Policy, programme: Programme | None) -> Iterator[Block]:
    """Yield a warning about open items, and the questions for consents that are required and missing."""
    if programme is not None and programme.open_issues:
        many, hidden = programme.open_issues, [f"{programme.confidential} confidential"] * bool(programme.confidential)
        named = ", ".join([*(f"ESC-{issue.number}" for issue in programme.issues), *hidden])
        yield section(
            f":warning: *{many} issue{'s' if many != 1 else ''} of {escape(facts.account.name)} "
            f"{'stay' if many != 1 else 'stays'} open* ({named}). This programme won't track "
            f"{'them' if many != 1 else 'it'} any more."
        )
    if programme is not None and programme.plan is None and policy.kind(facts.kind).remediation_plan:
        yield section(":warning: No remediation plan. Say in the summary what was done instead.")
    yield from consent_questions([*_missing(facts, policy, programme)], is_required=True)
