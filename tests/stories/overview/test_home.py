"""Home: what needs its reader on top, everything else in one line, and both true while the tab is open."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from bot.database import homes
from bot.models.account import Person
from bot.views.kit import ids
from tests.support.story import USERS, Story


def shown(story: Story, who: str) -> list[Mapping[str, Any]]:
    """Return the blocks of a Home tab as it was last published, without opening it."""
    blocks: list[Mapping[str, Any]] = story.control.get("home", user=USERS[who])["view"]["blocks"]
    return blocks


def texts(blocks: list[Mapping[str, Any]]) -> list[str]:
    """Return the texts of sections and headers."""
    return [block["text"]["text"] for block in blocks if "text" in block]


def under(blocks: list[Mapping[str, Any]], title: str) -> list[str]:
    """Return the texts below a header, up to the next."""
    found: list[str] = []
    is_here = False
    for block in blocks:
        if block["type"] == "header":
            is_here = block["text"]["text"] == title
        elif is_here and "text" in block:
            found.append(block["text"]["text"])
    return found


def buttons(blocks: list[Mapping[str, Any]]) -> list[str]:
    """Return the buttons beside the lines."""
    return [block["accessory"]["action_id"] for block in blocks if "accessory" in block]


def opened(story: Story, who: str) -> list[Mapping[str, Any]]:
    """Open a Home tab and return its blocks."""
    story.home(who)
    return shown(story, who)


def published(story: Story) -> int:
    """Return how often a Home tab was published."""
    return len(story.calls("views.publish"))


def test_home_counts_and_puts_what_needs_its_reader_on_top_and_nobody_twice(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", summary="Exports are slow", at="Fri 2026-03-06 10:00")
    story.declare("noor", account="Umbrella", level="sev1", summary="Nobody can log in")
    story.declare("noor", account="Initech", level="sev4", summary="A wrong colour")
    story.menu("maria", "owners", 2, role="relationship_owner", person=USERS["maria"])
    story.command("dana", "ack ESC-3")
    story.forward(minutes=20)
    blocks = opened(story, "ana")
    assert texts(blocks)[0] == "*3 open* · :exclamation: *1 overdue* · :bell: *2 unacknowledged*"
    (mine,), others = under(blocks, "Needs you"), under(blocks, "Everything else")
    assert "Sev 3 · Acme" in mine
    assert "Exports are slow · <@U01DANA>, <@U01ANA>" in mine
    assert [("Umbrella" in each, "Initech" in each) for each in others] == [(True, False), (False, True)]
    assert "Unacknowledged · :exclamation: *overdue by 5 min*" in others[0]
    assert all("\n" not in each for each in others)


def test_what_is_overdue_comes_first_then_what_is_due_next(story: Story) -> None:
    story.declare(account="Acme", level="sev4", at="Fri 2026-03-06 10:00")
    story.declare(account="Umbrella", level="sev3")
    story.declare(account="Initech", level="sev1")
    story.declare(account="Globex", level="sev2")
    story.forward(minutes=20)
    needed = under(opened(story, "maria"), "Needs you")
    assert ["Initech" in needed[0], "Globex" in needed[1], "Umbrella" in needed[2], "Acme" in needed[3]] == [True] * 4


def test_the_button_is_the_next_step_and_those_who_only_read_have_none(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert buttons(opened(story, "dana")) == [ids.PRESS_ACKNOWLEDGE]
    assert buttons(opened(story, "noor")) == [ids.PRESS_ACKNOWLEDGE], "who declared it takes part"
    assert f"ESC-{number}" in story.home("eli")
    assert buttons(shown(story, "eli")) == []
    story.control.post("press", user=USERS["dana"], surface="home", action_id=ids.PRESS_ACKNOWLEDGE)
    story.settle()
    assert story.facts(number).acknowledged_by == USERS["dana"]
    assert buttons(shown(story, "dana")) == [ids.PRESS_UPDATE], "the tab shows what came of it"


def test_home_follows_what_others_do_while_it_is_open(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert "Unacknowledged" in story.home("maria")
    story.command("dana", f"ack ESC-{number}")
    story.settle()
    said = str(shown(story, "maria"))
    assert "Unacknowledged" not in said
    assert "Acknowledged" in said
    assert under(opened(story, "ana"), "Everything else") == []
    story.hand_over("maria", number, role="relationship_owner", person=USERS["omar"])
    story.settle()
    assert under(shown(story, "ana"), "Needs you") == [], "it is no longer hers, and her tab says so"
    assert len(under(shown(story, "ana"), "Open")) == 1


def test_the_tab_of_a_bystander_follows_within_a_minute(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert "Unacknowledged" in story.home("eli")
    story.forward(minutes=1)
    story.command("dana", f"ack ESC-{number}")
    story.forward(minutes=1)
    assert "Unacknowledged" not in str(shown(story, "eli"))
    before = published(story)
    story.forward(minutes=5)
    assert published(story) == before, "nothing has changed since"


def test_a_tab_nobody_opened_or_left_hours_ago_is_not_drawn(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.home("maria")
    before = published(story)
    story.command("dana", f"ack ESC-{number}")
    story.settle()
    assert published(story) == before + 1, "only Maria has it open"
    services = story.program.services
    with services.database.transaction() as tx:
        tx.session.execute(update(Person).values(home_opened_at=tx.real_now - homes.WATCHED))
    story.act("ana", ids.PRESS_UPDATE, number, known="On it.", customer_text="On it.")
    story.settle()
    assert published(story) == before + 1


def test_a_confidential_one_has_a_lock(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", confidential=["confidential"])
    assert "Acme* :lock: · " in story.home("noor")
