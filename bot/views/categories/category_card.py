"""The card of a category on one screen: who helps and by when, what they need, what to do and what not."""

from collections.abc import Iterable, Iterator

from bot.policy.decide.takeover import Matter, matter
from bot.policy.model.categories import Category, Team
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.kit import ids
from bot.views.kit.parts import button, context, quote, section
from bot.views.kit.text import escape, moment
from bot.views.teams import team_messages

_MOST = 8


def draw(facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the card of an escalation's category."""
    category = policy.category(facts.category or "")
    helps = f" {escape(policy.team(category.team).name)} helps." if category.team else ""
    text = f":card_index_dividers: {escape(category.label)}.{helps}"
    return Message(text, tuple(_blocks(category, facts, policy)))


def _blocks(category: Category, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    about = matter(policy, facts.chosen_category or category.key, facts.triggers)
    yield section(f":card_index_dividers: *{escape(category.label)}*{_named(about)}")
    if about.trace:
        yield context(*(escape(sentence) for sentence in about.trace))
    if category.team is not None:
        answered = button("They have answered", ids.PRESS_TEAM, f"{facts.number}:{category.team}")
        yield section(_team(policy.team(category.team), facts, policy), accessory=answered)
    also = [policy.team(key) for key in about.copies]
    if also:
        yield context(f"Also to bring in: {', '.join(team_messages.reached(other, facts) for other in also)}")
    yield from _list("What they need", category.required)
    yield from _list("First", category.steps)
    yield from _list("Do", category.do)
    yield from _list("Don't", category.dont)
    if category.queue:
        yield context(f"Ticket: {escape(category.queue)}")
    words = policy.templates.urgent if policy.is_top(facts.level) else policy.templates.standard
    if words and facts.last_customer_update_at is None:
        yield section(f"*Words for the customer*\n{quote(escape(_filled_in(words, category, facts, policy), 1200))}")
    if facts.is_private:
        yield context(
            ":lock: Confidential: only the people in this channel, and those the policy lists, see it anywhere."
        )
    if facts.preserves_evidence:
        yield context(":file_cabinet: Evidence is preserved: the bot archives and deletes nothing of this by itself.")


def _filled_in(words: str, category: Category, facts: EscalationFacts, policy: Policy) -> str:
    """Return a template with its [brackets] filled in as far as known; a person fills in the others."""
    known = {"[ID]": facts.key}
    if category.team is not None:
        known["[team name]"] = f"{policy.team(category.team).name} team"
    if facts.response.terms is not None:
        known["[timeframe]"] = facts.response.terms.target.in_words()
    for bracket, word in known.items():
        words = words.replace(bracket, word)
    return words


def _named(about: Matter) -> str:
    """Return the triggers' names; one that two categories share is named for the category it was ticked in."""
    said = {trigger.key: trigger.text for trigger in reversed(about.triggers)}
    return f": {escape('; '.join(reversed(said.values())))}" if said else ""


def _team(helpers: Team, facts: EscalationFacts, policy: Policy) -> str:
    due_at = sla.due_at(facts.team_answer, policy.calendars)
    by = f", to answer us by {moment(due_at, str(policy.zone))}" if due_at else ""
    note = f"\n{escape(helpers.note)}" if helpers.note else ""
    hours = f"\n{escape(helpers.hours)}" if helpers.hours else ""
    return f":busts_in_silhouette: {team_messages.reached(helpers, facts)}{by}{hours}{note}"


def _list(title: str, lines: Iterable[str]) -> Iterator[Block]:
    shown = list(lines)[:_MOST]
    if shown:
        yield section(f"*{title}*\n" + "\n".join(f"• {escape(line)}" for line in shown))
