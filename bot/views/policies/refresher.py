"""The quarterly refresher: what changed in the policy, what others learned, what to practise."""

from collections.abc import Iterator

from bot.policy.plan.refresher import RefresherPage
from bot.ports.workspace import Block, Message
from bot.views.kit import labels
from bot.views.kit.parts import context, paragraphs, section
from bot.views.kit.text import day, escape
from bot.views.policies import change_words
from bot.views.training import case_studies

_TITLE = "Quarterly refresher"
_CHANGES = 8


def draw(page: RefresherPage, command: str) -> Message:
    """Draw the refresher."""
    return Message(_TITLE, tuple(_blocks(page, escape(command))))


def _blocks(page: RefresherPage, command: str) -> Iterator[Block]:
    yield section(f":mortar_board: *{_TITLE}*")
    yield from paragraphs("\n".join(_changes(page)))
    if page.studies:
        yield section("*What we learned*")
    for one in page.studies:
        yield section(case_studies.line(one))
    yield section(
        f"*Practise:* `{command} drill` plays an escalation in ten minutes. `{command} should i` asks whether to "
        f"escalate. `{command} policy` has the rules."
    )
    yield context(" · ".join(_small(page)))


def _changes(page: RefresherPage) -> Iterator[str]:
    since = day(page.since.astimezone(page.policy.zone).date())
    if page.before is None:
        yield f"The policy hasn't changed since {since}."
        return
    yield f"*Changed in the policy since {since}*"
    yield from change_words.bullets(page.before, page.policy, _CHANGES)


def _small(page: RefresherPage) -> Iterator[str]:
    yield labels.led_by(page.owner)
    if page.policy.next_review_on is not None:
        yield f"Next review of the policy: {day(page.policy.next_review_on)}"
    if page.policy.training.contact:
        yield f"Questions? {escape(page.policy.training.contact)}"
