"""`page`, `page_at` and `tell` of a level do what they say."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.stories.policies.own_policy import write
from tests.support.story import USERS, Story
from tests.support.story import story as told

HEAD = "extends: sev\nname: own\nversion: '1'\nnext_review_on: 2199-01-01\n"
Begin = Callable[[str], Story]


@pytest.fixture
def under(database_url: str, folder: Path) -> Iterator[Begin]:
    """Yield what begins a story under the default policy with other levels."""
    with ExitStack() as stack:

        def begin(levels: str) -> Story:
            write(folder, f"{HEAD}levels: {levels}\n")
            return stack.enter_context(told(database_url, folder, policy=str(folder / "own.yml")))

        yield begin


def bells(story: Story, who: str) -> list[str]:
    return [message.text for message in story.direct(who) if message.text.startswith(":bell:")]


def test_all_roles_that_a_level_pages_are_paged_at_once(under: Begin) -> None:
    story = under("{sev2: {page: [fix_owner, manager, vp_customer_success]}}")
    story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    assert {who: len(story.pages(who)) for who in ("dana", "ana", "maria", "omar")} == {
        "dana": 1,
        "ana": 0,
        "maria": 1,
        "omar": 1,
    }


def test_nobody_is_paged_for_a_role_that_nobody_is_named_for(under: Begin) -> None:
    story = under("{sev2: {page: [executive_sponsor]}}")
    story.declare("noor", account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    assert story.pages("noor") == []


def test_a_level_that_pages_at_the_breach_pages_its_roles_beside_the_manager(under: Begin) -> None:
    story = under("{sev2: {page: [vp_customer_success], page_at: breach}}")
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.forward(minutes=59)
    assert story.pages("omar") == []
    story.forward(minutes=1)
    assert (len(story.pages("maria")), len(story.pages("omar"))) == (1, 1)
    assert "wasn't acknowledged in time" in story.pages("omar")[0]
    breach = next(message for message in story.messages(number) if "wasn't acknowledged in time" in message.text)
    assert "We paged <@U01MARIA> and <@U01OMAR>." in breach.all_text


def test_whom_a_level_tells_gets_a_direct_message_once(under: Begin) -> None:
    story = under("{sev2: {page: [manager], tell: [relationship_owner, manager, vp_customer_success]}}")
    number = story.declare("ana", account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    channel = f"<#{story.facts(number).channel_id}>"
    assert bells(story, "omar") == [f":bell: New Sev 2: Acme ({channel}). You're the VP of Customer Success."]
    assert bells(story, "ana") == [], "who declares it knows"
    assert bells(story, "maria") == [], "a page says the same"


def test_whom_a_level_tells_hears_of_a_rise_to_it(under: Begin) -> None:
    story = under("{sev2: {tell: [vp_customer_success]}}")
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert bells(story, "omar") == []
    story.program.services.overrides.change_level(number, "sev2", by=USERS["maria"], reason="It grows.")
    story.settle()
    channel = f"<#{story.facts(number).channel_id}>"
    assert bells(story, "omar") == [f":bell: Acme ({channel}) is now Sev 2. You're the VP of Customer Success."]
    story.menu("noor", "withdraw", number, why="mistake", reason="A test.")
    assert bells(story, "omar") == []
