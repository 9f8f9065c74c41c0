"""The declare form: three questions, with their outcome; the other questions are behind "More options"."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from slack_sdk.models.blocks import ExternalDataSelectElement, RadioButtonsElement, StaticSelectElement

from bot.policy.decide.category_levels import lighter_choice
from bot.policy.decide.suggestions import suggest_category
from bot.policy.excerpts import Excerpt
from bot.policy.model.directory import Area
from bot.policy.model.rules import Policy
from bot.policy.model.verification import value_in
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.categories import category_questions
from bot.views.declaring import outcome
from bot.views.declaring.declaration_draft import (
    ACCOUNT_BLOCKS,
    DESCRIPTION_BLOCKS,
    DIGEST,
    LEVEL_KEY,
    DeclarationDraft,
    Origin,
    level_block,
)
from bot.views.declaring.outcome import Explanation
from bot.views.kit import beginning_fields, ids, labels, wording
from bot.views.kit.account_choice import AccountChoice, account_option
from bot.views.kit.parts import actions, button, context, modal, option, question, section, text_input
from bot.views.kit.text import clip, escape, link, plain

SUMMARY_LIMIT = 300
# Slack keeps at most this many characters with a form.
_METADATA_LIMIT = 3000
LEVEL_REASON_BLOCK = "level-reason"
_SHORTEST_QUOTE = 100


_UNQUOTED = "This message is from a private conversation. Everyone in the escalation's channel can read what you quote."
# Shown if the explanation can't be computed. Nothing typed is lost.
NOT_EXPLAINED = "We can't reach the database to show the outcome. You can still declare."


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
        "origin": draft.origin.kept() if draft.origin else None,
        "on_home": draft.on_home,
        "policy": draft.drawn_with[:DIGEST] if draft.drawn_with else None,
        "applied": draft.applied,
        "started": draft.started[:LEVEL_KEY] if draft.started else None,
        "picked": draft.picked,
        "alike": [(choice.account_id, choice.name, described) for choice, described in draft.alike],
    }
    return json.dumps(kept, ensure_ascii=False)


def read(view: Mapping[str, Any]) -> DeclarationDraft:
    """Parse the form, as far as it is filled in."""
    values = view["state"]["values"]
    metadata = json.loads(view.get("private_metadata") or "{}")
    account = next(
        (found for block in ACCOUNT_BLOCKS if (found := _state(values, block, ids.ACCOUNT).get("selected_option"))),
        None,
    )
    started = metadata.get("started")
    level = _state(values, level_block(started), ids.LEVEL).get("selected_option")
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
            (said for block in DESCRIPTION_BLOCKS if (said := _state(values, block, "description").get("value"))), ""
        ),
        level=level["value"] if level else None,
        broken=_answer(values, ids.BROKEN),
        affected=_answer(values, ids.AFFECTED),
        by_matrix=ids.BROKEN in values,
        started=started,
        level_reason=(reason.get("value") or "") if reason else None,
        area=area["value"] if area else None,
        beginning=beginning_fields.read(values),
        permalink=metadata.get("permalink"),
        more=bool(metadata.get("more")),
        unquoted=metadata.get("unquoted") or "",
        quoted=bool(metadata.get("quoted")),
        origin=Origin(*metadata["origin"]) if metadata.get("origin") else None,
        drawn_with=metadata.get("policy"),
        on_home=bool(metadata.get("on_home")),
    )


def _answer(values: Mapping[str, Any], asked: str) -> str | None:
    found = _state(values, asked, asked).get("selected_option")
    return str(found["value"]) if found else None


def _state(values: Mapping[str, Any], block_id: str, action_id: str) -> Mapping[str, Any]:
    found = values.get(block_id, {}).get(action_id)
    return found if isinstance(found, dict) else {}


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
    becomes = explanation.decision.level if explanation is not None else None
    lighter = lighter_choice(policy, draft.category, draft.triggers, draft.level, becomes)
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
    yield from beginning_fields.questions(draft.beginning)
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
