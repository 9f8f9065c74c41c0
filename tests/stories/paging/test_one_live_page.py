"""Whatever happens in whatever order, somebody has one page of an escalation that can be pressed."""

import contextlib
import random
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.errors import FormError
from bot.policy.decide.lifecycle import Refused
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

if TYPE_CHECKING:
    from collections.abc import Callable

PEOPLE = ("dana", "ana", "eli", "maria", "omar", "noor")
PRESSED = (ids.PRESS_ACKNOWLEDGE_PAGE, ids.PRESS_DECLINE_PAGE)


def live(story: Story, who: str) -> list[Seen]:
    """Return the pages of somebody that have buttons."""
    return [message for message in story.direct(who) if set(PRESSED) & set(message.buttons)]


def lose(story: Story, method: str, **more: object) -> None:
    story.control.post("faults", method=method, times=1, **more)


class Anything:
    """Does anything to an escalation, and doesn't always wait for what that causes."""

    def __init__(self, story: Story, seed: int) -> None:
        self.story, self.drawn, self.done = story, random.Random(seed), list[str]()  # noqa: S311 - not for secrets
        self.number = story.declare()

    def step(self) -> None:
        actions: list[Callable[[], None]] = (
            [self.time_passes] * 4
            + [self.owner, self.decline, self.lost, self.lost, self.no_edit, self.no_removal, self.restart]
            + [self.acknowledge, self.mitigate, self.reopen]
        )
        what = self.drawn.choice(actions)
        self.done.append(what.__name__)
        with contextlib.suppress(Refused, FormError):
            what()
        waits: list[Callable[[], None]] = [self.story.settle, self.story.deliver_now, lambda: None]
        self.drawn.choice(waits)()

    def time_passes(self) -> None:
        story = self.story
        story._set(story.clock.at + timedelta(minutes=self.drawn.choice([1, 5, 16, 45, 240])))
        story.run(story.program.engine.tick.run())

    def owner(self) -> None:
        person, by = (USERS[self.drawn.choice(PEOPLE)] for _ in "12")
        self.story.program.services.owners.assign(self.number, "fix_owner", person, by=by)

    def acknowledge(self) -> None:
        by = USERS[self.drawn.choice(PEOPLE)]
        self.story.program.services.acknowledgements.acknowledge_page(self.number, by=by)

    def decline(self) -> None:
        page = self.drawn.choice(self.story.facts(self.number).pages)
        self.story.program.services.acknowledgements.decline_page(self.number, page.id, by=page.person)

    def mitigate(self) -> None:
        self.story.program.services.closures.mitigate(self.number, by=USERS["dana"], note="")

    def reopen(self) -> None:
        self.story.program.services.closures.reopen(self.number, by=USERS["noor"], reason="It's back.")

    def lost(self) -> None:
        lose(self.story, "chat.postMessage", kind="lost")

    def no_edit(self) -> None:
        lose(self.story, "chat.update", kind="error", error="cant_update_message")

    def no_removal(self) -> None:
        lose(self.story, "chat.delete", kind="error", error="cant_delete_message")

    def restart(self) -> None:
        self.story.run(self.story._stop_and_start({}))

    def end(self) -> None:
        self.story.control.delete("faults")
        self.story.settle()
        self.story.forward(minutes=6)


@pytest.mark.parametrize("seed", [1, 6, 13])
def test_in_any_order_one_page_is_left(sqlite_story: Story, seed: int) -> None:
    anything = Anything(sqlite_story, seed)
    for _ in range(25):
        anything.step()
    anything.end()
    pages = anything.story.facts(anything.number).pages
    for who in PEOPLE:
        found = [message.text for message in live(sqlite_story, who)]
        assert len(found) <= 1, (anything.done, who, found)
        rings = any(page.person == USERS[who] and not page.ended for page in pages)
        # One that was passed on can still be pressed, for as long as anybody is paged.
        assert rings <= bool(found) <= any(not page.ended for page in pages), (anything.done, who, found)


def test_a_page_whose_answer_is_lost_is_found_again_after_it_was_acknowledged(sqlite_story: Story) -> None:
    """It may have rung elsewhere first."""
    story = sqlite_story
    number = story.declare()
    story._set(story.clock.at + timedelta(minutes=5))
    lose(story, "chat.postMessage", kind="lost")
    story.run(story.program.engine.tick.run())
    story.deliver_now()
    [page] = story.facts(number).pages
    services = story.program.services
    with services.database.transaction() as tx:
        services.deliveries.sent(tx, number, page.id, page.asked, "pagerduty")
    services.acknowledgements.acknowledge_page(number, by=USERS["dana"])
    story.settle()
    assert live(story, "dana") == []
