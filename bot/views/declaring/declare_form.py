"""The declare form: three questions, with what the answers lead to."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import ExternalDataSelectElement, Option, RadioButtonsElement, StaticSelectElement

from bot.policy.decide.evaluation import Decision
from bot.policy.decide.suggestions import suggest_category
from bot.policy.excerpts import Excerpt
from bot.policy.model.directory import Area
from bot.policy.model.rules import Level, Policy
from bot.policy.model.verification import value_in
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, Holder, role_name
from bot.ports.workspace import Block, View
from bot.views.categories import category_questions, category_triggers
from bot.views.kit import ids, labels, wording
from bot.views.kit.parts import button, context, divider, modal, option, question, section, text_input
from bot.views.kit.text import escape, moment, one_line, person, plain

SUMMARY_LIMIT = 300
_NEW, _KNOWN = "new:", "id:"
# An option's value holds 150 characters.
NEW_NAME_LIMIT = 140
# Slack keeps at most this many characters with a form.
_METADATA_LIMIT = 3000
_TOO_LONG = "too long"
CHOOSE_ACCOUNT = f"Choose the customer, or type the name to add it, of at most {NEW_NAME_LIMIT} characters."
_ACCOUNT_BLOCKS = ("account", "account-picked")


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """A selected account: one of the directory, or a new name."""

    account_id: int | None
    name: str

    @property
    def value(self) -> str:
        """Return the value for Slack's option."""
        return f"{_KNOWN}{self.account_id}" if self.account_id is not None else f"{_NEW}{self.name}"

    @classmethod
    def read(cls, value: str, words: str) -> "AccountChoice | None":
        """Parse an option's value; `words` is its text, which names a known account. None if it is not a valid name."""
        if value == _TOO_LONG:
            return None
        if value.startswith(_KNOWN):
            return cls(int(value.removeprefix(_KNOWN)), words)
        return cls(None, value.removeprefix(_NEW))


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The result of the answers so far, for the explaining part of the form."""

    decision: Decision
    holders: tuple[Holder, ...]
    invited: tuple[str, ...]
    others: Excerpt[tuple[EscalationFacts, Policy]]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationDraft:
    """The content of the form. `permalink` is the message it was opened on."""

    account: AccountChoice | None = None
    # Accounts the typed name may mean, if none matches exactly; by name, with what matters about each.
    alike: tuple[tuple[AccountChoice, str], ...] = ()
    # One of them was accepted: the question needs a new block id, or Slack would keep the old input.
    picked: bool = False
    summary: str = ""
    description: str = ""
    level: str | None = None
    area: str | None = None
    category: str | None = None
    triggers: tuple[str, ...] = ()
    confidential: bool = False
    # A suggested category was accepted: the question needs a new block id, or Slack would keep the old input.
    applied: bool = False
    permalink: str | None = None
    warning: str | None = None

    def under(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft without what the policy does not offer: it may have changed since the form was opened."""
        offered = {category.key for category in policy.categories}
        return replace(
            self,
            level=self.level if self.level in {level.code for level in policy.levels} else None,
            category=self.category if self.category in offered else None,
        )

    @property
    def account_block(self) -> str:
        """Return the block id of the account question."""
        return _ACCOUNT_BLOCKS[self.picked]

    @property
    def words(self) -> str:
        """Return all words typed about the escalation."""
        return f"{self.summary}\n{self.description}"


# Shown if the explanation can't be computed. Nothing typed is lost.
NOT_EXPLAINED = (
    "I can't reach my database right now, so I can't show what your answers lead to. Go on filling in the form and "
    "send it all the same."
)


def draw(
    draft: DeclarationDraft,
    policy: Policy,
    areas: Sequence[Area],
    explanation: Explanation | None = None,
    *,
    remark: str | None = None,
) -> View:
    """Draw the form, with a remark at the top if given."""
    metadata = _metadata(draft)
    while len(metadata) > _METADATA_LIMIT and draft.alike:
        draft = replace(draft, alike=draft.alike[:-1])
        metadata = _metadata(draft)
    head = [section(f":warning: {escape(remark)}")] if remark else []
    blocks = [*head, *_blocks(draft, policy, areas, explanation)]
    return modal(ids.DECLARE, "Declare an escalation", blocks, submit="Declare", metadata=metadata)


def _metadata(draft: DeclarationDraft) -> str:
    """Return what the form keeps. Letters of other scripts are not escaped, which would take six characters each."""
    kept = {
        "permalink": draft.permalink,
        "warning": draft.warning,
        "applied": draft.applied,
        "picked": draft.picked,
        "alike": [(choice.account_id, choice.name, details) for choice, details in draft.alike],
    }
    return json.dumps(kept, ensure_ascii=False)


def read(view: Mapping[str, Any]) -> DeclarationDraft:
    """Parse the form, as far as it is filled in."""
    values = view["state"]["values"]
    metadata = json.loads(view.get("private_metadata") or "{}")
    account = next(
        (found for block in _ACCOUNT_BLOCKS if (found := _state(values, block, ids.ACCOUNT).get("selected_option"))),
        None,
    )
    level = _state(values, "level", ids.LEVEL).get("selected_option")
    area = _state(values, "area", ids.AREA).get("selected_option")
    category, triggers, confidential = category_questions.read(values)
    return DeclarationDraft(
        category=category,
        triggers=triggers,
        confidential=confidential,
        applied=bool(metadata.get("applied")),
        picked=bool(metadata.get("picked")),
        alike=tuple((AccountChoice(number, name), details) for number, name, details in metadata.get("alike") or ()),
        account=AccountChoice.read(account["value"], account["text"]["text"]) if account else None,
        summary=_state(values, "summary", "summary").get("value") or "",
        description=_state(values, "description", "description").get("value") or "",
        level=level["value"] if level else None,
        area=area["value"] if area else None,
        permalink=metadata.get("permalink"),
        warning=metadata.get("warning"),
    )


def _state(values: Mapping[str, Any], block_id: str, action_id: str) -> Mapping[str, Any]:
    found = values.get(block_id, {}).get(action_id)
    return found if isinstance(found, dict) else {}


def account_option(choice: AccountChoice, details: str | None) -> Option:
    """Return an account as an option: its name, and what matters about it."""
    return option(choice.value, choice.name, details)


def new_account(query: str) -> Option | None:
    """Return the option to add a new name; if it is too long, one that says so."""
    name = one_line(query)
    if len(name) > NEW_NAME_LIMIT:
        return option(_TOO_LONG, f"{name[:20]}…: too long", f"A new name has at most {NEW_NAME_LIMIT} characters")
    return (
        account_option(AccountChoice(None, name), ":heavy_plus_sign: New account, not in the directory yet")
        if name
        else None
    )


def _blocks(
    draft: DeclarationDraft, policy: Policy, areas: Sequence[Area], explanation: Explanation | None
) -> Iterator[Block]:
    if draft.warning:
        yield section(f":warning: {escape(draft.warning)}")
    if draft.alike and draft.account is None:
        yield from _alike(draft.alike)
    yield question(
        draft.account_block,
        "Which customer?",
        ExternalDataSelectElement(
            action_id=ids.ACCOUNT,
            placeholder=plain("Type the customer's name", 150),
            initial_option=account_option(draft.account, None) if draft.account else None,
            min_query_length=0,
        ),
        dispatch=True,
    )
    if explanation is not None and explanation.others.shown:
        yield from _others(explanation.others)
    yield question(
        "summary",
        "What is happening?",
        text_input("summary", initial=draft.summary, limit=SUMMARY_LIMIT, placeholder="One line, as you would say it"),
    )
    suggested = suggest_category(policy, draft.words) if draft.category is None else None
    if suggested is not None:
        yield category_questions.suggestion(suggested, policy)
    yield question("level", "What describes it best?", _levels(policy, draft.level), dispatch=True)
    if draft.level is not None:
        yield from _explained(policy.level(draft.level), explanation, policy)
        if draft.category is None:
            yield from _starting_at(policy.level(draft.level), policy)
    yield divider()
    yield from category_questions.questions(
        policy,
        category=draft.category,
        triggers=draft.triggers,
        applied=draft.applied,
        confidential=draft.confidential,
    )
    if areas:
        yield question("area", "Product area", _areas(areas, draft.area), optional=True, dispatch=True)
    yield question(
        "description",
        "Anything else that helps",
        text_input(
            "description",
            initial=draft.description,
            multiline=True,
            placeholder="Since when, who is affected, what was tried, links",
        ),
        hint=wording.DECLARE_WITHOUT_VALUES,
        optional=True,
    )
    yield from _masking_warning(draft)
    if draft.permalink:
        yield context(f"The message you started from will be linked: {escape(draft.permalink)}")


def _masking_warning(draft: DeclarationDraft) -> Iterator[Block]:
    """Yield a warning about what will be masked. It never stops anybody from declaring."""
    kind = value_in(draft.words)
    if kind is not None:
        yield context(f":warning: {wording.value_masked(kind)}")


def _levels(policy: Policy, chosen: str | None) -> RadioButtonsElement:
    options = {level.code: option(level.code, f"{level.emoji} {level.label}", level.short) for level in policy.levels}
    return RadioButtonsElement(
        action_id=ids.LEVEL, options=list(options.values()), initial_option=options.get(chosen) if chosen else None
    )


def _areas(areas: Sequence[Area], chosen: str | None) -> StaticSelectElement:
    options = {area.key: option(area.key, area.name) for area in areas[:100]}
    return StaticSelectElement(
        action_id=ids.AREA,
        placeholder=plain("The account's own, where it has one", 150),
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen else None,
    )


def _explained(level: Level, explanation: Explanation | None, policy: Policy) -> Iterator[Block]:
    examples = "\n".join(f"• {escape(example)}" for example in level.examples)
    yield context(f"{level.emoji} *{escape(level.label)}:* {escape(level.definition)}\n{examples}".rstrip())
    if explanation is None:
        return
    yield section("\n".join(_consequences(explanation, policy)))


def _starting_at(level: Level, policy: Policy) -> Iterator[Block]:
    """Yield the triggers of categories that start at a level, until one is chosen and shows its own."""
    starting = [category for category in policy.categories if category.level == level.code and category.triggers]
    if starting:
        lines = (f"*{escape(category.label)}:* {category_triggers.in_a_line(category)}" for category in starting)
        yield context("\n".join([f"Matters that start at {escape(level.label)}:", *lines]))


def _consequences(explanation: Explanation, policy: Policy) -> Iterator[str]:
    decision = explanation.decision
    effective = policy.level(decision.level)
    if decision.level != decision.chosen:
        yield f":arrow_up: *{effective.emoji} {escape(effective.label)}*. " + " ".join(
            escape(sentence) for sentence in decision.trace
        )
    else:
        yield f"*{effective.emoji} {escape(effective.label)}* stands as chosen. " + " ".join(
            escape(sentence) for sentence in decision.trace
        )
    zone = str(policy.zone)
    if decision.due.response is not None:
        fixer = next(holder for holder in explanation.holders if holder.role == FIX_OWNER)
        yield f"*First answer* by {moment(decision.due.response, zone)}, from {person(fixer.person)}"
    if decision.due.customer_update is not None:
        yield f"*First update to the customer* by {moment(decision.due.customer_update, zone)}"
    yield "*Brought in:*"
    for who in explanation.invited:
        roles = [
            f"{role_name(holder.role)}, {escape(holder.how)}" for holder in explanation.holders if holder.person == who
        ]
        yield f"• {person(who)}: {'; '.join(roles) or 'you, as the declarer'}"


def _alike(alike: Sequence[tuple[AccountChoice, str]]) -> Iterator[Block]:
    """Yield a choice of the accounts that the typed name may mean."""
    yield section("*Which customer do you mean?*")
    for choice, details in alike:
        yield section(
            f"{escape(choice.name)} · {escape(details)}",
            accessory=button("Choose", ids.USE_ACCOUNT, str(choice.account_id)),
            block_id=f"alike-{choice.account_id}",
        )


def _others(others: Excerpt[tuple[EscalationFacts, Policy]]) -> Iterator[Block]:
    count = others.total
    yield section(
        f":eyes: *This customer has {'an escalation' if count == 1 else f'{count} escalations'} already.* "
        "If it is the same matter, join it; if not, go on."
    )
    for facts, policy in others.shown:
        yield section(
            f"{labels.title(facts, policy)} · {facts.key} · {labels.where(facts)}\n{labels.summary(facts, 120)}",
            accessory=button("Join it", ids.JOIN, str(facts.number)),
            block_id=f"join-{facts.number}",
        )


def joined(facts: EscalationFacts) -> View:
    """Draw the form after joining the existing escalation instead."""
    text = f"You are being brought into {labels.where(facts)}: {labels.summary(facts)}"
    return modal(ids.DECLARED, "You have joined", [section(text)], close="Close", metadata=str(facts.number))
