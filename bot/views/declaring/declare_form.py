"""The declare form: three questions, with their outcome; the other questions are behind "More options"."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from slack_sdk.models.blocks import ExternalDataSelectElement, Option, RadioButtonsElement, StaticSelectElement

from bot.policy.decide.category_levels import lighter_choice, starting_level
from bot.policy.decide.suggestions import suggest_category
from bot.policy.decide.takeover import takeover
from bot.policy.excerpts import Excerpt
from bot.policy.model.directory import Area
from bot.policy.model.matrix import Answers
from bot.policy.model.rules import Policy
from bot.policy.model.verification import value_in
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.categories import category_questions
from bot.views.declaring import outcome
from bot.views.declaring.outcome import Explanation
from bot.views.kit import ids, labels, wording
from bot.views.kit.parts import actions, button, context, modal, option, question, section, text_input
from bot.views.kit.text import clip, escape, link, one_line, plain

SUMMARY_LIMIT = 300
_NEW, _KNOWN = "new:", "id:"
# An option's value holds 150 characters.
NEW_NAME_LIMIT = 140
# Slack keeps at most this many characters with a form.
_METADATA_LIMIT = 3000
_LEVEL_BLOCK = "level"
# A key of the policy has at most this many characters.
_LEVEL_KEY = 40
LEVEL_REASON_BLOCK = "level-reason"
_SHORTEST_QUOTE = 100
_TOO_LONG = "too long"
CHOOSE_ACCOUNT = f"Choose an account, or type a new name ({NEW_NAME_LIMIT} characters at most)."
_ACCOUNT_BLOCKS = ("account", "account-picked")
_DESCRIPTION_BLOCKS = ("description", "description-quoted")


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


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the form was asked for: the channel, and where Slack takes answers for half an hour."""

    channel: str
    response_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationDraft:
    """The content of the form. `permalink` is the message it was opened on.

    `more` shows the questions behind "More options". `unquoted` is the message of a private conversation: it becomes
    the description only if the person says so, and then it is `quoted`.
    """

    account: AccountChoice | None = None
    # Accounts the typed name may mean, if none matches exactly; by name, with what matters about each.
    alike: tuple[tuple[AccountChoice, str], ...] = ()
    # One of them was accepted: the question needs a new block id, or Slack would keep the old input.
    picked: bool = False
    summary: str = ""
    description: str = ""
    level: str | None = None
    # The answers to the questions of the policy's matrix, which give the level; `by_matrix` if the form asked them.
    broken: str | None = None
    affected: str | None = None
    by_matrix: bool = False
    area: str | None = None
    category: str | None = None
    triggers: tuple[str, ...] = ()
    confidential: bool = False
    # A suggested category was accepted: the question needs a new block id, or Slack would keep the old input.
    applied: bool = False
    # The level that choosing a category has preselected; the question then has a block id of its own.
    started: str | None = None
    # Why the level is lighter than the category's; None while that isn't asked.
    level_reason: str | None = None
    permalink: str | None = None
    more: bool = False
    unquoted: str = ""
    quoted: bool = False
    origin: Origin | None = None

    def under(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft without what the policy does not offer: it may have changed since the form was opened."""
        offered = {category.key for category in policy.categories}
        draft = self.answered(policy)
        return replace(
            draft,
            level=draft.level if draft.level in {level.code for level in policy.levels} else None,
            category=self.category if self.category in offered else None,
        )

    def answered(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft with the level that nobody has to choose: that of its answers, or the only one."""
        if policy.only_level is not None:
            return replace(self, level=policy.only_level)
        matrix = policy.matrix
        if matrix is None or not self.by_matrix:
            return self
        return replace(
            self,
            broken=self.broken if self.broken in matrix.broken.labels else None,
            affected=self.affected if self.affected in matrix.affected.labels else None,
            level=matrix.level_of(self.answers) if self.answers is not None else None,
        )

    @property
    def answers(self) -> Answers | None:
        """The answers to the matrix's questions, if both were given."""
        return Answers(self.broken, self.affected) if self.broken is not None and self.affected is not None else None

    def is_private(self, policy: Policy) -> bool:
        """Return True if it would be confidential."""
        about = takeover(policy, self.category, self.triggers) if self.category else None
        return self.confidential or (about is not None and category_questions.is_private(about))

    @property
    def account_block(self) -> str:
        """Return the block id of the account question."""
        return _ACCOUNT_BLOCKS[self.picked]

    @property
    def level_block(self) -> str:
        """Return the block id of the severity: with a matrix, that of its last question."""
        return ids.AFFECTED if self.by_matrix else _level_block(self.started)

    def started_by_category(self, policy: Policy) -> "DeclarationDraft":
        """Return the draft with the level at which its category starts, unless the person has chosen another."""
        starts = starting_level(policy, self.category, self.triggers) if policy.matrix is None else None
        if starts is None or self.level not in (None, self.started):
            return self
        return replace(self, level=starts, started=starts)

    @property
    def category_block(self) -> str:
        """Return the block id of the category question."""
        return category_questions.BLOCKS[self.applied]

    @property
    def description_block(self) -> str:
        """Return the block id of the description."""
        return _DESCRIPTION_BLOCKS[self.quoted]

    @property
    def words(self) -> str:
        """Return all words typed about the escalation."""
        return f"{self.summary}\n{self.description}"


_UNQUOTED = "This message is from a private conversation. Everyone in the escalation's channel can read what you quote."
# Shown if the explanation can't be computed. Nothing typed is lost.
NOT_EXPLAINED = "I can't reach my database, so I can't show the outcome. Fill in the form and declare anyway."


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
    while len(metadata) > _METADATA_LIMIT and (draft.alike or draft.unquoted):
        if draft.alike:
            draft = replace(draft, alike=draft.alike[:-1])
        else:
            shorter = clip(draft.unquoted, len(draft.unquoted) * 3 // 4)
            draft = replace(draft, unquoted=shorter if len(draft.unquoted) > _SHORTEST_QUOTE else "")
        metadata = _metadata(draft)
    head = [section(f":warning: {escape(remark)}")] if remark else []
    blocks = [*head, *_blocks(draft, policy, areas, explanation)]
    return modal(ids.DECLARE, "Declare an escalation", blocks, submit="Declare", metadata=metadata)


def _metadata(draft: DeclarationDraft) -> str:
    """Return what the form keeps. Letters of other scripts are not escaped, which would take six characters each."""
    kept = {
        "permalink": draft.permalink,
        "more": draft.more,
        "unquoted": draft.unquoted,
        "quoted": draft.quoted,
        "origin": (draft.origin.channel, draft.origin.response_url) if draft.origin else None,
        "applied": draft.applied,
        "started": draft.started[:_LEVEL_KEY] if draft.started else None,
        "picked": draft.picked,
        "alike": [(choice.account_id, choice.name, described) for choice, described in draft.alike],
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
    started = metadata.get("started")
    level = _state(values, _level_block(started), ids.LEVEL).get("selected_option")
    reason = _state(values, LEVEL_REASON_BLOCK, LEVEL_REASON_BLOCK)
    area = _state(values, "area", ids.AREA).get("selected_option")
    category, triggers, confidential = category_questions.read(values)
    return DeclarationDraft(
        category=category,
        triggers=triggers,
        confidential=confidential,
        applied=bool(metadata.get("applied")),
        picked=bool(metadata.get("picked")),
        alike=tuple((AccountChoice(number, name), words) for number, name, words in metadata.get("alike") or ()),
        account=AccountChoice.read(account["value"], account["text"]["text"]) if account else None,
        summary=_state(values, "summary", "summary").get("value") or "",
        description=next(
            (said for block in _DESCRIPTION_BLOCKS if (said := _state(values, block, "description").get("value"))), ""
        ),
        level=level["value"] if level else None,
        broken=_answer(values, ids.BROKEN),
        affected=_answer(values, ids.AFFECTED),
        by_matrix=ids.BROKEN in values,
        started=started,
        level_reason=(reason.get("value") or "") if reason else None,
        area=area["value"] if area else None,
        permalink=metadata.get("permalink"),
        more=bool(metadata.get("more")),
        unquoted=metadata.get("unquoted") or "",
        quoted=bool(metadata.get("quoted")),
        origin=Origin(*metadata["origin"]) if metadata.get("origin") else None,
    )


def _level_block(started: str | None) -> str:
    return f"{_LEVEL_BLOCK}-{started[:_LEVEL_KEY]}" if started else _LEVEL_BLOCK


def _answer(values: Mapping[str, Any], asked: str) -> str | None:
    found = _state(values, asked, asked).get("selected_option")
    return str(found["value"]) if found else None


def _state(values: Mapping[str, Any], block_id: str, action_id: str) -> Mapping[str, Any]:
    found = values.get(block_id, {}).get(action_id)
    return found if isinstance(found, dict) else {}


def account_option(choice: AccountChoice, described: str | None) -> Option:
    """Return an account as an option: its name, and what matters about it."""
    return option(choice.value, choice.name, described)


def new_account(query: str) -> Option | None:
    """Return the option to add a new name; if it is too long, one that says so."""
    name = one_line(query)
    if len(name) > NEW_NAME_LIMIT:
        return option(_TOO_LONG, f"{name[:20]}…: too long", f"A new name has at most {NEW_NAME_LIMIT} characters")
    return account_option(AccountChoice(None, name), ":heavy_plus_sign: New account") if name else None


def _blocks(
    draft: DeclarationDraft, policy: Policy, areas: Sequence[Area], explanation: Explanation | None
) -> Iterator[Block]:
    if draft.unquoted:
        yield section(
            f":warning: {_UNQUOTED}", accessory=button("Quote it", ids.QUOTE, "quote"), block_id="quote-warning"
        )
    if draft.alike and draft.account is None:
        yield from _alike(draft.alike)
    yield question(
        draft.account_block,
        "Account",
        ExternalDataSelectElement(
            action_id=ids.ACCOUNT,
            placeholder=plain("Type a name", 150),
            initial_option=account_option(draft.account, None) if draft.account else None,
            min_query_length=0,
        ),
        dispatch=True,
    )
    if explanation is not None and explanation.others.shown:
        yield from _others(explanation.others)
    yield question(
        "summary",
        "What's happening",
        text_input("summary", initial=draft.summary, limit=SUMMARY_LIMIT, placeholder="One line, as you'd say it"),
    )
    yield from _masking_warning(draft)
    yield from _severity(draft, policy)
    # What answers bring about stands below the control they were given with, so that it doesn't move.
    if explanation is not None and draft.level is not None:
        yield outcome.line(explanation, policy, draft.account.name if draft.account else None)
    lighter = lighter_choice(policy, draft.category, draft.triggers, draft.level)
    if lighter is not None:
        asked = text_input(
            LEVEL_REASON_BLOCK, initial=draft.level_reason or "", limit=SUMMARY_LIMIT, placeholder="One line"
        )
        yield question(LEVEL_REASON_BLOCK, f"{lighter}. Why {lighter.chosen.label}?", asked)
    yield from _category(draft, policy)
    if draft.more or draft.description:
        yield from _description(draft)
    if not draft.more:
        yield actions(button("More options", ids.MORE_OPTIONS, "more"), block_id="more-options")
        return
    if areas:
        yield question("area", "Product area", _areas(areas, draft.area), optional=True, dispatch=True)
    if explanation is not None and draft.level is not None:
        yield outcome.explained(explanation, policy)


def _category(draft: DeclarationDraft, policy: Policy) -> Iterator[Block]:
    """Yield the suggestion, and the questions if they were asked for, or if a suggestion was accepted."""
    suggested = suggest_category(policy, draft.words) if draft.category is None else None
    if suggested is not None:
        yield category_questions.suggestion(suggested, policy)
    if draft.more or draft.category is not None:
        yield from category_questions.questions(
            policy,
            category=draft.category,
            triggers=draft.triggers,
            applied=draft.applied,
            confidential=draft.confidential,
        )


def _description(draft: DeclarationDraft) -> Iterator[Block]:
    yield question(
        draft.description_block,
        "Description",
        text_input(
            "description",
            initial=draft.description,
            multiline=True,
            placeholder="Since when, who is affected, what you tried, links",
        ),
        hint=wording.DECLARE_WITHOUT_VALUES,
        optional=True,
    )
    if draft.permalink:
        yield context(f"From {link(draft.permalink, 'this message')}. The escalation links to it.")


def _masking_warning(draft: DeclarationDraft) -> Iterator[Block]:
    """Yield a warning about what will be masked. It never stops anybody from declaring."""
    kind = value_in(draft.words)
    if kind is not None:
        yield context(f":warning: {wording.value_masked(kind)}")


def _severity(draft: DeclarationDraft, policy: Policy) -> Iterator[Block]:
    """Yield the list of levels, or the two questions that give one."""
    if policy.only_level is not None:
        return
    if policy.matrix is None:
        yield question(draft.level_block, "Severity", _levels(policy, draft.level), dispatch=True)
        return
    for key, asked, chosen in (
        (ids.BROKEN, policy.matrix.broken, draft.broken),
        (ids.AFFECTED, policy.matrix.affected, draft.affected),
    ):
        options = {answer.key: option(answer.key, answer.label) for answer in asked.answers}
        select = StaticSelectElement(
            action_id=key,
            placeholder=plain("Choose an answer", 150),
            options=list(options.values()),
            initial_option=options.get(chosen) if chosen else None,
        )
        yield question(key, asked.question, select, dispatch=True)


def _levels(policy: Policy, chosen: str | None) -> RadioButtonsElement:
    options = {level.code: option(level.code, f"{level.emoji} {level.label}", level.short) for level in policy.levels}
    return RadioButtonsElement(
        action_id=ids.LEVEL, options=list(options.values()), initial_option=options.get(chosen) if chosen else None
    )


def _areas(areas: Sequence[Area], chosen: str | None) -> StaticSelectElement:
    options = {area.key: option(area.key, area.name) for area in areas[:100]}
    return StaticSelectElement(
        action_id=ids.AREA,
        placeholder=plain("Default for this account", 150),
        options=list(options.values()),
        initial_option=options.get(chosen) if chosen else None,
    )


def _alike(alike: Sequence[tuple[AccountChoice, str]]) -> Iterator[Block]:
    """Yield a choice of the accounts that the typed name may mean."""
    yield section("*Which account?*")
    for choice, described in alike:
        yield section(
            f"{escape(choice.name)} · {escape(described)}",
            accessory=button("Choose", ids.USE_ACCOUNT, str(choice.account_id)),
            block_id=f"alike-{choice.account_id}",
        )


def _others(others: Excerpt[tuple[EscalationFacts, Policy]]) -> Iterator[Block]:
    first, count = others.shown[0][0], others.total
    open_ones = "an open escalation" if count == 1 else f"{count} open escalations"
    join = "Join it." if count == 1 else "Join one."
    account = escape(first.account.name)
    for place, (facts, policy) in enumerate(others.shown):
        asked = f"*{account} already has {open_ones}. Same issue? {join}*\n" if place == 0 else ""
        level = policy.level(facts.level)
        yield section(
            f"{asked}{level.emoji} {facts.key} · {labels.summary(facts, 60)}",
            accessory=button("Join", ids.JOIN, str(facts.number)),
            block_id=f"join-{facts.number}",
        )
