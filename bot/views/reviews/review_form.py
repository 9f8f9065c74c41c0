"""The form of a post-incident review, and that which returns one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import CheckboxesElement, DatePickerElement, StaticSelectElement, UrlInputElement

from bot.errors import FormError
from bot.policy.addresses import is_web_address
from bot.policy.decide.lifecycle import sign_off_is_needed, whom_to_ask
from bot.policy.decide.review_edits import DEBRIEFS, FIELDS, ReviewEdit, as_text, digest, written_digest
from bot.policy.model.rules import Policy, Requirement
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record.escalation import EscalationFacts, role_name
from bot.policy.record.reviews import Debrief, ReviewRecord, ReviewState, ReviewWords, WrittenReview
from bot.policy.wording.why_prompts import WhyQuery
from bot.ports.workspace import Block, View
from bot.views.closing import closing_forms
from bot.views.follow_ups import follow_up_lines
from bot.views.kit import ids, labels
from bot.views.kit.form_values import date_of, option_of, says_something, text_of
from bot.views.kit.parts import actions, button, context, link_button, modal, option, question, section, text_input
from bot.views.kit.text import any_of, escape, link, moment, person, plain
from bot.views.reviews import story

READY: Final = "ready"
# In the metadata: digests of the fields as they were seen.
SEEN: Final = "seen"
_TEXTS: Final = ("story", "whys", "went_well", "went_wrong", "lucky")
# Fields whose words are asked about if they stop at a person.
QUERIED: Final = ("whys", "went_wrong")
_LESSON: Final = 1500
_WHO: Final = 300
_LONGEST_KEY: Final = 60
_COMMENT: Final = 1000
_DEBRIEFS: Final = (("customer_debrief", "Debrief with the customer"), ("team_debrief", "Debrief with the team"))
_SHOWN: Final = 5


def draw(
    facts: EscalationFacts,
    policy: Policy,
    written: WrittenReview,
    record: ReviewRecord,
    now: datetime,
    *,
    may_sign: bool = False,
) -> View:
    """Draw the form: what was written, what is drafted from the record, and what is missing."""
    words = written.words
    shown = {field: written_digest(words, field) for field in FIELDS}
    metadata = {"number": facts.number, SEEN: shown}
    drafted = story.draft(facts, record)
    if words.story is None:
        metadata["drafted"] = digest(drafted)
    blocks = [*_blocks(facts, policy, written, drafted, now, may_sign=may_sign)]
    return modal(ids.REVIEW, "Review", blocks, submit="Save", metadata=json.dumps(metadata))


def _blocks(
    facts: EscalationFacts, policy: Policy, written: WrittenReview, drafted: str, now: datetime, *, may_sign: bool
) -> Iterator[Block]:
    words = written.words
    yield section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    yield context(*_standing(facts, policy, written))
    if may_sign:
        yield sign_off_buttons(facts)
    yield question(
        "story",
        "What happened",
        text_input("story", initial=words.story if words.story is not None else drafted, multiline=True),
        hint="Drafted from the record, which adds times, promises, updates and people.",
        optional=True,
    )
    yield question(
        "whys",
        "Why? Ask it five times",
        text_input("whys", initial=words.whys, multiline=True),
        hint="One why a line. Stop at the process or the system, not at a person.",
        optional=True,
    )
    yield from _contributing(policy, words)
    for field, label in (
        ("went_well", "What went well"),
        ("went_wrong", "What didn't"),
        ("lucky", "Where we were lucky"),
    ):
        initial = str(getattr(words, field))
        yield question(field, label, text_input(field, initial=initial, multiline=True, limit=_LESSON), optional=True)
    for field, label in _DEBRIEFS:
        yield from _debrief(field, label, words)
    known = [f"• {follow_up_lines.line(action)}" for action in facts.review.actions]
    if known:
        yield section("*Follow-ups*\n" + "\n".join(known))
    yield from closing_forms.action_questions(facts, policy, now, is_required=False)
    yield from _end(facts, policy)


def _standing(facts: EscalationFacts, policy: Policy, written: WrittenReview) -> Iterator[str]:
    review, zone = facts.review, str(policy.zone)
    where = f" {link(review.link, 'Open it')}." if review.link else ""
    if review.state is ReviewState.SIGNED and review.state_by and review.state_at:
        signed = f"Signed off by {person(review.state_by)} {moment(review.state_at, zone)}."
        yield f"{signed}{where} A change needs a new sign-off."
    elif review.state is ReviewState.ASKED:
        yield f"Waiting for {any_of(whom_to_ask(facts, policy.guards.sign_off))} to sign off.{where}"
    elif review.state is ReviewState.RETURNED and review.state_by and written.comment:
        yield f"{person(review.state_by)} returned it: {escape(written.comment, _COMMENT)}{where}"
    elif written.written_by and written.written_at:
        yield f"{person(written.written_by)} wrote last, {moment(written.written_at, zone)}.{where}"
    due_at = review_due_at(facts, policy)
    due = f"Due {moment(due_at, zone)}. " if due_at is not None and review.finished_on is None else ""
    yield f"{due}Blameless: look for the gap, not for a person."


def sign_off_buttons(facts: EscalationFacts) -> Block:
    """Draw what a signer can do with a review."""
    number = str(facts.number)
    address = facts.review.address
    read = [link_button("Read", address)] if address and is_web_address(address) else []
    return actions(
        *read,
        button("Sign off", ids.PRESS_SIGN_OFF, number, style="primary"),
        button("Return", ids.PRESS_RETURN_REVIEW, number),
    )


def _contributing(policy: Policy, words: ReviewWords) -> Iterator[Block]:
    options = [option(factor.key, factor.label) for factor in policy.reviews.factors]
    chosen = words.contributing
    if chosen and len(chosen) <= _LONGEST_KEY and not any(one.value == chosen for one in options):
        options.append(option(chosen, chosen))  # of a policy that has changed
    if options:
        select = StaticSelectElement(
            action_id="contributing",
            placeholder=plain("Choose", 150),
            options=options,
            initial_option=next((one for one in options if one.value == chosen), None),
        )
        yield question("contributing", "What contributed most?", select, optional=True)


def _debrief(field: str, label: str, words: ReviewWords) -> Iterator[Block]:
    found: Debrief | None = getattr(words, field)
    picker = DatePickerElement(action_id=f"{field}_on", initial_date=found.on.isoformat() if found else None)
    yield question(f"{field}_on", label, picker, optional=True)
    who = text_input(f"{field}_who", initial=found.who if found else None, limit=_WHO, placeholder="Who took part")
    yield question(f"{field}_who", f"{label}: who", who, optional=True)


def _end(facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    review = facts.review
    yield question(
        "review_url",
        "Kept elsewhere? Link",
        UrlInputElement(action_id="review_url", initial_value=review.url),
        optional=True,
    )
    is_asked = review.state in (ReviewState.ASKED, ReviewState.SIGNED)
    if policy.reviews.sign_off is not Requirement.NONE and not is_asked:
        box = CheckboxesElement(
            action_id=READY, options=[option(READY, f"Ready: ask {_signer(policy)} to sign it off")]
        )
        yield question(READY, "Sign-off", box, optional=True)
    if not sign_off_is_needed(facts, policy):
        finished = review.finished_on.isoformat() if review.finished_on else None
        yield question(
            "finished_on",
            "Finished on",
            DatePickerElement(action_id="finished_on", initial_date=finished),
            hint="Leave empty until it's finished.",
            optional=True,
        )


def _signer(policy: Policy) -> str:
    """Return who signs off, for a place without mentions."""
    slots = policy.guards.sign_off.slots
    return f"the {role_name(slots[0])}" if slots else "those the policy names"


def edit_of(view: Mapping[str, Any]) -> ReviewEdit:
    """Return the fields that differ from what the form was opened with. Raises FormError for half a debrief."""
    metadata = json.loads(view["private_metadata"])
    seen: dict[str, str] = metadata[SEEN]
    values: dict[str, str | Debrief | None] = {field: _typed(view, field) for field in _TEXTS}
    values["contributing"] = option_of(view, "contributing")
    for field in DEBRIEFS:
        values[field] = _debrief_of(view, field)
    shown = {**seen, "story": metadata.get("drafted", seen["story"])}
    changed = {field: value for field, value in values.items() if digest(as_text(value)) != shown[field]}
    return ReviewEdit(changed, seen)


def _typed(view: Mapping[str, Any], field: str) -> str:
    said = text_of(view, field)
    return said if says_something(said) else ""


def _debrief_of(view: Mapping[str, Any], field: str) -> Debrief | None:
    on, who = date_of(view, f"{field}_on"), _typed(view, f"{field}_who")
    if on is not None and not who:
        raise FormError(f"{field}_who", "Name who took part.")
    if on is None and who:
        raise FormError(f"{field}_on", "Choose the day.")
    return Debrief(on, who) if on is not None else None


def is_ready(view: Mapping[str, Any]) -> bool:
    """Return True if the sign-off is asked for."""
    controls = view["state"]["values"].get(READY, {})
    return any(control.get("selected_options") for control in controls.values())


def queried(found: Sequence[WhyQuery]) -> str:
    """Return what to ask about words, as markup."""
    lines = (f"• “{escape(one.text)}” → _{escape(one.ask)}_" for one in found[:_SHOWN])
    return "\n".join(["*Does this stop at a person?*", *lines])


def changed(by: str | None, words: str) -> str:
    """Return what somebody else wrote meanwhile, as markup."""
    who = person(by) if by else "Someone"
    said = escape(words, _LESSON) or "_Emptied._"
    return f"*{who} changed this meanwhile:*\n{said}\nSave again to replace it."


def send_back(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that returns a review."""
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        question("comment", "What's missing?", text_input("comment", multiline=True, limit=_COMMENT)),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.RETURN_REVIEW, "Return the review", blocks, submit="Return", metadata=metadata)
