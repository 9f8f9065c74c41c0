"""The form of a post-incident review: what happened, why, and a button for each further part."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import CheckboxesElement, DatePickerElement, StaticSelectElement

from bot.errors import FormError
from bot.policy.addresses import is_web_address
from bot.policy.decide.lifecycle import sign_off_is_needed
from bot.policy.decide.review_edits import DEBRIEFS, ReviewEdit, as_text, digest, seen_in
from bot.policy.model.rules import Policy, Requirement
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record.escalation import EscalationFacts, role_name
from bot.policy.record.reviews import Debrief, ReviewRecord, ReviewState, ReviewWords, WrittenReview
from bot.policy.wording.why_prompts import WhyQuery
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.form_stack import KEEP
from bot.views.kit.form_values import date_of, option_of, says_something, text_of
from bot.views.kit.parts import actions, button, context, link_button, modal, option, question, section, text_input
from bot.views.kit.text import escape, link, moment, person, plain
from bot.views.reviews import review_messages, story

READY: Final = "ready"
# In what the form keeps while other forms lie on it: digests of its fields as they were seen, and of a drafted story.
SEEN: Final = "seen"
DRAFTED: Final = "drafted"
# Fields whose words are asked about if they stop at a person.
QUERIED: Final = ("whys", "went_wrong")
LESSONS: Final = ("went_well", "went_wrong", "lucky")
_OWN: Final = ("story", "whys", "contributing")
_LESSON: Final = 1500
_LONGEST_KEY: Final = 60
_COMMENT: Final = 1000
_SHOWN: Final = 5


def draw(
    facts: EscalationFacts, policy: Policy, written: WrittenReview, record: ReviewRecord, *, may_sign: bool = False
) -> View:
    """Draw the form: what happened and why, and a button for each other part with how much of it is there."""
    words = written.words
    drafted = story.draft(facts, record)
    kept = {SEEN: seen_in(words, _OWN)} | ({DRAFTED: digest(drafted)} if words.story is None else {})
    blocks = [*_blocks(facts, policy, written, drafted, may_sign=may_sign)]
    return modal(ids.REVIEW, "Review", blocks, submit="Save", metadata=json.dumps({"number": facts.number, KEEP: kept}))


def heading(facts: EscalationFacts, policy: Policy) -> Block:
    """Return which escalation a form is about."""
    return section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")


def _blocks(
    facts: EscalationFacts, policy: Policy, written: WrittenReview, drafted: str, *, may_sign: bool
) -> Iterator[Block]:
    words = written.words
    yield heading(facts, policy)
    yield context(*_standing(facts, policy, written))
    if may_sign:
        yield sign_off_buttons(facts)
    yield question(
        "story",
        "What happened",
        text_input("story", initial=words.story if words.story is not None else drafted, multiline=True),
        hint="Drafted from the record. We add times, promises, updates and people.",
        optional=True,
    )
    yield question(
        "whys",
        "Why? Ask it five times",
        text_input("whys", initial=words.whys, multiline=True),
        hint="One why per line. Stop at the process or the system, not at a person.",
        optional=True,
    )
    yield from _contributing(policy, words)
    yield _parts(facts, words)
    yield from _end(facts, policy)


def _parts(facts: EscalationFacts, words: ReviewWords) -> Block:
    """Return the buttons of the other parts, each with how much of it is there."""
    number, review = str(facts.number), facts.review
    lessons = sum(bool(getattr(words, field)) for field in LESSONS)
    debriefs = sum(getattr(words, field) is not None for field in DEBRIEFS)
    follow_ups = f"Follow-ups {len(review.standing)}" if review.standing else "Follow-ups"
    return actions(
        button(f"Lessons {lessons}/{len(LESSONS)}", ids.PRESS_REVIEW_LESSONS, number),
        button(f"Debriefs {debriefs}/{len(DEBRIEFS)}", ids.PRESS_REVIEW_DEBRIEFS, number),
        button(follow_ups, ids.PRESS_REVIEW_FOLLOW_UPS, number),
        button("Change the link" if review.url else "Kept elsewhere?", ids.PRESS_REVIEW_LINK, number),
    )


def _standing(facts: EscalationFacts, policy: Policy, written: WrittenReview) -> Iterator[str]:
    review, zone = facts.review, str(policy.zone)
    where = f" {link(review.link, 'Open it')}." if review.link else ""
    if review.state is ReviewState.SIGNED and review.state_by and review.state_at:
        signed = f"Signed off by {person(review.state_by)} {moment(review.state_at, zone)}."
        yield f"{signed}{where} A change needs a new sign-off."
    elif review.state is ReviewState.ASKED:
        yield f"{review_messages.awaited(facts, policy)}{where}"
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


def _end(facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    is_asked = facts.review.state in (ReviewState.ASKED, ReviewState.SIGNED)
    if policy.reviews.sign_off is not Requirement.NONE and not is_asked:
        box = CheckboxesElement(
            action_id=READY, options=[option(READY, f"Ready: ask {_signer(policy)} to sign it off")]
        )
        yield question(READY, "Sign-off", box, optional=True)
    if facts.review.exists and not sign_off_is_needed(facts, policy):
        yield finished_on(facts)


def finished_on(facts: EscalationFacts) -> Block:
    """Ask for the day on which a review was finished that nobody signs off."""
    finished = facts.review.finished_on.isoformat() if facts.review.finished_on else None
    return question(
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
    kept = json.loads(view["private_metadata"])[KEEP]
    seen: dict[str, str] = kept[SEEN]
    values = {field: _value_of(view, field) for field in seen}
    shown = {**seen, **({"story": kept[DRAFTED]} if DRAFTED in kept else {})}
    changed = {field: value for field, value in values.items() if digest(as_text(value)) != shown[field]}
    return ReviewEdit(changed, seen)


def _value_of(view: Mapping[str, Any], field: str) -> str | Debrief | None:
    if field in DEBRIEFS:
        return _debrief_of(view, field)
    return option_of(view, field) if field == "contributing" else _typed(view, field)


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
