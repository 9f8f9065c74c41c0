"""The playbook of a category: who was asked and by which route, the steps, do and don't, words for the customer."""

from collections.abc import Iterable, Iterator, Sequence

from bot.policy.decide.status_page import watched
from bot.policy.decide.takeover import Takeover, takeover
from bot.policy.model.categories import Category, Team
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.status_checks import StatusReading
from bot.policy.record.team_questions import TeamAsked
from bot.policy.record.team_routes import TeamRoute, TeamRouteKind, TeamRouteState, asked_person, routes_of
from bot.ports.workspace import Block, View
from bot.views.incidents import status_pages
from bot.views.kit import contacts, ids
from bot.views.kit.customer_texts import first_message
from bot.views.kit.info_form import info, shown
from bot.views.kit.parts import actions, button, context, quote, section
from bot.views.kit.text import channel, escape, forbidden, moment, person
from bot.views.teams import team_messages

_MOST = 8


def draw(
    facts: EscalationFacts, policy: Policy, asked: Sequence[TeamAsked], reading: StatusReading | None = None
) -> View:
    """Draw the form behind *Playbook*. `asked` are the questions that have arrived.

    `reading` is what the status page said when it was last read; None if it isn't read.
    """
    category = policy.category(facts.category or "")
    first = [*_team_blocks(category, facts, policy, asked), *_status_page(facts, policy, reading)]
    return shown("Playbook", [*first, *_blocks(category, facts, policy)])


def none(facts: EscalationFacts) -> View:
    """Draw the form of an escalation whose category was removed since the card was drawn."""
    return info("Playbook", f"{facts.key} has no category.")


def _team_blocks(
    category: Category, facts: EscalationFacts, policy: Policy, asked: Sequence[TeamAsked]
) -> Iterator[Block]:
    """Yield what it is about, and who helps."""
    about = takeover(policy, facts.chosen_category or category.key, facts.triggers)
    yield section(f":card_index_dividers: *{escape(category.label)}*{_named(about)}")
    if about.trace:
        yield context(*(escape(sentence) for sentence in about.trace))
    if category.team is not None:
        answered = button("They responded", ids.PRESS_TEAM_ANSWERED, f"{facts.number}:{category.team}")
        waits = facts.is_live and not _has_answered(facts)
        yield section(_team(policy.team(category.team), facts, policy, asked), accessory=answered if waits else None)
    also = [policy.team(key) for key in about.copies]
    if also:
        yield context(f"Also informed: {', '.join(_reached(other, facts, asked) for other in also)}")


def _blocks(category: Category, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    """Yield what to do and say."""
    yield from _list("What they need", category.required)
    yield from _list("Steps", category.steps)
    yield from _list("Do", category.do)
    yield from _list("Don't", [*map(forbidden, category.dont)])
    if category.queue:
        yield context(f"Ticket queue: {escape(category.queue)}")
    words = first_message(facts, policy)
    if words and facts.is_live and facts.last_customer_update_at is None:
        yield section(f"*Words for the customer* (copy them; we don't send them)\n{quote(escape(words, 1200))}")
    if calls := "\n".join(_contacts(policy)):
        yield section(f"*Who to call*\n{calls}")
    if facts.is_private:
        yield context(":lock: Confidential: only people in this channel and those the policy names can see it.")
    if facts.preserves_evidence:
        yield context(":file_cabinet: Evidence is preserved: nothing here is archived or deleted.")


def _status_page(facts: EscalationFacts, policy: Policy, reading: StatusReading | None) -> Iterator[Block]:
    """Yield the question about the status page, for an outage that lasts, and what the page said."""
    page = watched(facts, policy)
    if page is None:
        return
    yield section(f"*Outage on {status_pages.place(page.address)}:* {status_pages.checked(facts, policy)}")
    if facts.status_check is None or not facts.status_check.posted:
        yield actions(*status_pages.answers(facts))
    if reading is not None:
        yield context(status_pages.read(reading, policy))


def _named(about: Takeover) -> str:
    """Return the triggers' names; one that two categories share is named for the category it was ticked in."""
    said = {trigger.key: trigger.text for trigger in reversed(about.triggers)}
    return f": {escape('; '.join(reversed(said.values())))}" if said else ""


def _has_answered(facts: EscalationFacts) -> bool:
    return bool(facts.team_answer.spans) and facts.team_answer.spans[-1].stopped_at is not None


def _team(helpers: Team, facts: EscalationFacts, policy: Policy, asked: Sequence[TeamAsked]) -> str:
    due_at = sla.due_at(facts.team_answer, policy.calendars)
    if _has_answered(facts):
        state = " :white_check_mark: responded"
    else:
        state = f", due {moment(due_at, str(policy.zone))}" if due_at else ""
    note = f"\n{escape(helpers.note)}" if helpers.note else ""
    hours = f"\n{escape(helpers.hours)}" if helpers.hours else ""
    return f":busts_in_silhouette: {_reached(helpers, facts, asked)}{state}{hours}{note}"


def _reached(team: Team, facts: EscalationFacts, asked: Sequence[TeamAsked]) -> str:
    """Return how a team can be reached, and where it was asked, if it was."""
    # Who is on call was asked in a direct message, which is no channel of the team.
    where = [channel(one.channel) for one in asked if one.team == team.key and not one.channel.startswith("D")]
    found = [_route(one) for one in routes_of(facts.team_routes, team.key) if one.state is TeamRouteState.REACHED]
    who = asked_person(facts.team_routes, team.key)
    if where or found:
        in_channels = [f"in {words}" for words in dict.fromkeys(where)]
        route = f", asked {' and '.join([*in_channels, *filter(None, found)])}"
    elif who is not None:
        route = f", not asked by Escalate: {person(who)} writes to them"
    elif team.slack:
        route = f", not reached in {escape(team.slack)} yet"
    else:
        route = "" if _has_answered(facts) else ", not asked by Escalate: call or write"
    return f"{team_messages.reached(team, facts)}{route}"


def _route(one: TeamRoute) -> str | None:
    """Return how a team was asked outside its channel."""
    if one.route is TeamRouteKind.CHANNEL:
        return None
    if one.route is TeamRouteKind.ON_CALL:
        return f"on call: {person(one.to)}"
    return "by mail" if one.route is TeamRouteKind.MAIL else f"by {person(one.to)}"


def _contacts(policy: Policy) -> Iterator[str]:
    """Yield the rungs of the contact matrix on which somebody is named."""
    for rung in policy.ladder:
        if known := contacts.reached(rung, in_short=True):
            yield f"• {escape(rung.title)}: {known}"


def _list(title: str, lines: Iterable[str]) -> Iterator[Block]:
    shown = list(lines)[:_MOST]
    if shown:
        yield section(f"*{title}*\n" + "\n".join(f"• {escape(line)}" for line in shown))
