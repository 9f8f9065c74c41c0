"""The audit of an escalation: who did what, when and why, with the values before and after."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import ROLE_NAMES, EscalationFacts
from bot.policy.record.timeline import AuditPage, TimelineLine
from bot.ports.workspace import Block, View
from bot.views.kit import labels
from bot.views.kit.entries import turning, values
from bot.views.kit.events import event
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, paragraphs, section
from bot.views.kit.text import escape, moment, person

_REASON: Final = 300


def draw(facts: EscalationFacts, policy: Policy, page: AuditPage) -> View:
    """Draw a page of entries, newest first."""
    return shown("Audit", [*_blocks(facts, policy, page)])


def _blocks(facts: EscalationFacts, policy: Policy, page: AuditPage) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    for line in page.lines:
        yield from paragraphs(_entry(line, policy))
    last = min(page.first + page.size, page.total)
    yield context(f"{page.first + 1} to {last} of {page.total}, newest first. Entries can't be changed or removed.")
    yield from turning(page.first, page.size, page.total, f"{facts.number}:{{}}")


def _entry(line: TimelineLine, policy: Policy) -> str:
    zone = str(policy.zone)
    who = person(line.actor) if line.actor is not None else "Escalate"
    words = [f"{moment(line.at, zone)} · *{event(line)}* · {who}"]
    before, after = (_in_words(said, policy) for said in (line.before, line.after))
    words += [f"        {part}" for part in values(before, after, zone)]
    if line.reason:
        words.append(f">{escape(' '.join(line.reason.split()), _REASON)}")
    return "\n".join(words)


def _in_words(said: Mapping[str, Any], policy: Policy) -> Mapping[str, Any]:
    """Return the values of an entry with the policy's names instead of its keys."""
    names: Mapping[str, Mapping[str, str]] = {
        "level": {level.code: level.label for level in policy.levels},
        "role": {slot.key: ROLE_NAMES.get(slot.key, slot.label) for slot in policy.slots},
        "next": {rung.key: rung.title for rung in policy.ladder},
        "rung": {rung.key: rung.title for rung in policy.ladder},
        "category": {category.key: category.label for category in policy.categories},
    }
    return {name: names.get(name, {}).get(str(value), value) for name, value in said.items()}
