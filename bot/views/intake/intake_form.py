"""The form of the details: all of them, those of one section, one, or everything missing."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks.block_elements import FileInputElement

from bot.policy.decide.questionnaire import IntakeQuestion, QuestionGroup, Questionnaire
from bot.policy.model.rules import Policy
from bot.policy.record.captures import KeptFile, SharedFile
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.intake.intake_message import ALL, MISSING, value
from bot.views.kit import ids, labels
from bot.views.kit.files import files as given_files
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, button, context, modal, paragraphs, question, section
from bot.views.kit.parts import text_input as field
from bot.views.kit.text import clip, escape, link, moment, one_line, person

TEXT_LIMIT = 1000
# Facts that need more than one line, by words in their keys.
_TAKES_LINES = ("description", "steps", "results", "errors", "diagnostic", "history", "impact")
# A form holds a hundred blocks, six of which are the frame; further questions are asked once these are answered.
_MOST_BLOCKS = 94
# So many questions are asked at first: what is needed and missing. The others are behind a button.
_FIRST = 6
# With so many more than that the button is worth a press.
_MORE = 3
_HINT = "Add what you know; skip the rest. No card numbers, IDs or codes."
# Not a key of a fact: those have no space.
_FILES = "record files"
_FILE_FIELD = question(
    _FILES,
    "Screenshots and files",
    FileInputElement(action_id=_FILES, max_files=5),
    hint="At most 5, of 10 MB each. They're posted in the channel.",
    optional=True,
)


def draw(
    facts: EscalationFacts,
    policy: Policy,
    asked: Questionnaire,
    wanted: str,
    files: Sequence[KeptFile] = (),
    *,
    files_in_all: int = 0,
    besides: Sequence[str] = (),
    more: bool = False,
) -> View:
    """Draw the prefilled form of everything, of a section or one fact by its key, or of everything missing.

    It begins with what is needed now; with `more` it shows the rest, too. All that is asked comes with a field for
    files. `besides` is markup about the customer that isn't asked: the first is shown on top, the rest below.
    """
    groups = list(_wanted(asked, wanted))
    if wanted == ALL and len(asked.questions) + len(groups) * 2 > _MOST_BLOCKS:
        groups = list(_wanted(asked, MISSING))
    heading = section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    known = [context(_files(files, files_in_all))] if files else []
    if not facts.is_live:
        return shown("Details", [heading, *_kept(asked, policy), *known])
    top = [heading, *(context(line) for line in besides[:1])]
    is_whole = wanted in (ALL, MISSING)
    first = groups if more or not is_whole else _first(groups)
    left = sum(len(group.questions) for group in groups) - sum(len(group.questions) for group in first)
    blocks = [block for group in first for block in _group(group, facts, policy)][:_MOST_BLOCKS]
    if left:
        blocks.append(actions(button(f"More details ({left})", ids.MORE_DETAILS, value(facts, wanted))))
    hint = _HINT if groups else "All details are filled in."
    metadata = json.dumps({"number": facts.number})
    if not (is_whole or groups):
        return modal(ids.FACTS, "Details", [*top, context(hint)], close="Close")
    below = [context(line) for line in besides[1:]]
    ends = [*known, _FILE_FIELD, context(hint), *below] if is_whole else [context(hint), *below]
    return modal(ids.FACTS, "Details", [*top, *blocks, *ends], submit="Save", metadata=metadata)


def read(view: Mapping[str, Any]) -> tuple[int, dict[str, str]]:
    """Parse the escalation and the changed facts by key: answers others gave meanwhile are left alone."""
    changed: dict[str, str] = {}
    for block in view["blocks"]:
        if block["type"] == "input" and block["block_id"] != _FILES:
            key = block["block_id"]
            before = (block["element"].get("initial_value") or "").strip()
            now = (view["state"]["values"].get(key, {}).get(key, {}).get("value") or "").strip()
            if now != before:
                changed[key] = now
    return int(json.loads(view["private_metadata"])["number"]), changed


def read_files(view: Mapping[str, Any]) -> Sequence[SharedFile]:
    """Parse the files that were added."""
    return given_files(view["state"]["values"].get(_FILES, {}).get(_FILES) or {})


def _files(known: Sequence[KeptFile], in_all: int) -> str:
    """Return the files of the record, the newest first."""
    named = [clip(one_line(file.name), 40) for file in known]
    linked = [link(file.link, name) if file.link else escape(name) for file, name in zip(known, named, strict=True)]
    more = f" and {in_all - len(known)} more in the timeline" if in_all > len(known) else ""
    return f"*Files:* {', '.join(linked)}{more}"


def _kept(asked: Questionnaire, policy: Policy) -> Iterator[Block]:
    """Yield the details of a closed escalation, which can only be read."""
    known = [one for one in asked.questions if one.answer is not None]
    yield context(f"{len(known)} of {len(asked.questions)} details known. It's closed, so they can't be changed.")
    for group in asked.groups:
        lines = [_kept_line(one, policy) for one in group.questions if one.answer is not None]
        if lines:
            yield from paragraphs(f"*{escape(group.label)}*\n" + "\n".join(lines))


def _kept_line(one: IntakeQuestion, policy: Policy) -> str:
    answer = one.answer
    if answer is None:
        return ""
    by = f" · {person(answer.by)}, {moment(answer.at, str(policy.zone))}" if answer.by and answer.at else ""
    return f"• {escape(clip(one.label, 60))}: {escape(answer.text)}{by}"


def _wanted(asked: Questionnaire, wanted: str) -> Iterator[QuestionGroup]:
    for group in asked.groups:
        alone = tuple(one for one in group.questions if wanted == one.key)
        if wanted in (group.key, ALL):
            yield group
        elif alone:
            yield QuestionGroup(group.key, group.label, alone)
        elif wanted == MISSING:
            missing = tuple(one for one in group.questions if one.answer is None)
            if missing:
                yield QuestionGroup(group.key, group.label, missing)


def _first(groups: Sequence[QuestionGroup]) -> Sequence[QuestionGroup]:
    """Return what is asked at first: what is needed and missing, what its category needs before the rest."""
    asked = [one for group in groups for one in group.questions if not one.by_check]
    if sum(len(group.questions) for group in groups) < _FIRST + _MORE:
        return groups
    chosen = {one.key for one in sorted(asked, key=lambda one: (one.answer is not None, one.optional))[:_FIRST]}
    chosen |= {one.key for group in groups for one in group.questions if one.by_check}
    kept = [(group, tuple(one for one in group.questions if one.key in chosen)) for group in groups]
    return [QuestionGroup(group.key, group.label, questions) for group, questions in kept if questions]


def _group(group: QuestionGroup, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    yield section(f"*{escape(group.label)}*")
    known = list(_known(group.questions, policy))
    if known:
        yield context(*known[:10])
    for one in group.questions:
        if one.by_check:
            yield context(f"*{escape(clip(one.label, 60))}*: {_check_of(one, facts)}")
            continue
        yield question(
            one.key,
            one.label,
            field(
                one.key,
                initial=one.answer.text if one.answer else None,
                multiline=any(word in one.key for word in _TAKES_LINES),
                limit=TEXT_LIMIT,
            ),
            optional=True,
        )


def _check_of(one: IntakeQuestion, facts: EscalationFacts) -> str:
    """Return the hint that nothing is typed here, and where the check is noted."""
    if one.answer is not None:
        return escape(one.answer.text)
    return f"filled in by the identity check: the command `verify {facts.key}`, or the check's button in the channel."


def _known(questions: Sequence[IntakeQuestion], policy: Policy) -> Iterator[str]:
    """Yield who filled in what, and when."""
    for one in questions:
        if one.answer is not None and one.answer.by is not None and one.answer.at is not None:
            when = moment(one.answer.at, str(policy.zone))
            yield f"{escape(clip(one.label, 60))}: {person(one.answer.by)}, {when}"
