"""The quarterly refresher: what changed in the policy, what others learned, what to practise."""

from collections.abc import Iterator, Sequence

from bot.policy.plan.refresher import RefresherPage
from bot.ports.workspace import Block, Message
from bot.views.kit.parts import context, paragraphs, section
from bot.views.kit.text import escape, plain_day
from bot.views.reviews import case_studies
from bot.views.reviews.learnings import led_by

_TITLE = "Quarterly refresher"


def draw(page: RefresherPage, command: str, changes: Sequence[str]) -> Message:
    """Draw the refresher; `changes` are lines of markup, what changed in the policy."""
    return Message(_TITLE, tuple(_blocks(page, escape(command), changes)))


def _blocks(page: RefresherPage, command: str, changes: Sequence[str]) -> Iterator[Block]:
    yield section(f":mortar_board: *{_TITLE}*")
    yield from paragraphs("\n".join(_changes(page, changes)))
    if page.studies:
        yield section("*What we learned*")
    for one in page.studies:
        yield section(case_studies.line(one))
    yield section(
        f"*Practise:* `{command} drill` plays an escalation in ten minutes. `{command} should i` asks whether to "
        f"escalate. `{command} policy` has the rules."
    )
    yield context(" · ".join(_small(page)))


def _changes(page: RefresherPage, changes: Sequence[str]) -> Iterator[str]:
    since = plain_day(page.since.astimezone(page.policy.zone).date())
    if not changes:
        yield f"The policy hasn't changed since {since}."
        return
    yield f"*Changed in the policy since {since}*"
    yield from changes


def _small(page: RefresherPage) -> Iterator[str]:
    yield led_by(page.owner)
    if page.policy.next_review_on is not None:
        yield f"Next review of the policy: {plain_day(page.policy.next_review_on)}"
    if page.policy.training.contact:
        yield f"Questions? {escape(page.policy.training.contact)}"
