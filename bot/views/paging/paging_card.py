"""Draw who is paged, and by which routes: a line of the card, and the form behind *More → Who was paged*."""

from collections.abc import Iterator, Sequence

from bot.policy.decide import ladder
from bot.policy.model.reaching import SLACK
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import (
    PAGE_ACKNOWLEDGED,
    PAGE_DECLINED,
    EscalationFacts,
    PageFacts,
    RouteState,
    role_name,
)
from bot.ports.workspace import Block, View
from bot.views.kit import labels, outstanding
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, paragraphs, section
from bot.views.kit.text import moment, person
from bot.views.paging import page_messages, route_words

_ENDS = {PAGE_ACKNOWLEDGED: "acknowledged", PAGE_DECLINED: "passed it on"}


def on_the_card(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield a line that says who is being paged, or that no one responded and who is paged again."""
    live = [page for page in facts.pages if not page.ended]
    rests = ladder.alarm_of(facts, live[-1]).exhausted_at if live else None
    if rests is not None:
        again = page_messages.paged_again(live[-1], rests, facts, policy)
        late = outstanding.short(facts)
        said = "No one responded to any page." if late is None else f"{late[:1].upper()}{late[1:]}."
        yield f":pager: {said} {again}"
    elif live:
        yield f":pager: Paging {'; '.join(dict.fromkeys(_briefly(page) for page in live))}."


def draw(facts: EscalationFacts, policy: Policy, newest: Sequence[PageFacts], total: int) -> View:
    """Draw the newest of all pages that there were: who was paged as what, by which routes, and how it went."""
    lines = [_line(page, policy) for page in newest]
    blocks: list[Block] = [section(f"{labels.title(facts, policy)} · {facts.key}"), *paragraphs("\n".join(lines))]
    if total > len(newest):
        blocks.append(context(f"{total - len(newest)} older: see *More → Timeline*."))
    return shown("Who was paged", blocks)


def _briefly(page: PageFacts) -> str:
    """Return who is paged, and by which routes if anything but Slack alone is used, or something has failed."""
    named = person(page.person)
    if not any(one.route != SLACK or _failed(one.state) for one in page.routes):
        return named
    routes = ", ".join(f"{route_words.name(one.route)}{' failed' if _failed(one.state) else ''}" for one in page.routes)
    return f"{named} ({routes})"


def _line(page: PageFacts, policy: Policy) -> str:
    routes = ", ".join(route_words.fared(one) for one in page.routes) or "Slack"
    rings = "not reached" if page.sent_at is None else "once" if page.sends == 1 else f"{page.sends} times"
    ended = "" if not page.ended else f" · {_ENDS.get(page.ended_why or '', 'over')}"
    at = moment(page.started_at, str(policy.zone))
    return f"• {person(page.person)}, {role_name(page.role)}, {at}: {rings}{ended}\n   {routes}"


def _failed(state: RouteState) -> bool:
    return state is RouteState.FAILED
