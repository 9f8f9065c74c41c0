"""From the digest a manager acts on a line: the next step, a reminder to the owner, taking over, bringing people in."""

import asyncio
from functools import partial

import pytest
from slack_sdk.models.blocks import OverflowMenuElement
from sqlalchemy import select

from bot.errors import NotAMember, NotFound
from bot.models.timeline import TimelineEntry
from bot.policy.plan.nudges import NudgeEnd
from bot.views.kit import ids
from bot.views.kit.parts import option, section
from tests.support.person import Seen
from tests.support.story import USERS, Story


def digest(story: Story, who: str = "maria") -> Seen:
    return [each for each in story.direct(who) if each.text.startswith("Your team")][-1]


def choices(seen: Seen) -> list[list[str]]:
    """Return the words in the menu of each line, in order."""
    menus = [block["accessory"] for block in seen.raw["blocks"] if "accessory" in block]
    return [[each["text"]["text"] for each in menu["options"]] for menu in menus]


def pick(story: Story, who: str, value: str, seen: Seen | None = None) -> None:
    story.press(who, ids.PICK_DIGEST, on=seen or digest(story), value=value)


def told(story: Story, who: str) -> str:
    """Return the last words that only somebody sees, in their direct messages."""
    return story.direct(who)[-1].all_text


def entries(story: Story, event: str) -> int:
    with story.program.services.database.reading() as tx:
        return len(tx.session.scalars(select(TimelineEntry.id).where(TimelineEntry.event == event)).all())


def test_a_manager_reminds_an_owner_once_and_hears_of_it(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-09 16:00")
    story.forward_to("Tue 2026-03-10 09:00")
    seen = digest(story)
    assert choices(seen) == [["Acknowledge", "Remind the fix owner", "Take over as fix owner", "Bring in people"]]
    fix_owner = story.facts(1).holder("fix_owner")
    who = next(name for name, each in USERS.items() if each == fix_owner)
    before = len(story.direct(who))
    pick(story, "maria", "1:remind")
    (reminder,) = story.direct(who)[before:]
    assert "<@U01MARIA> reminds you of ESC-1 (Acme, <#" in reminder.text
    assert "acknowledgement due " in reminder.text
    assert reminder.buttons == [ids.PRESS_ACKNOWLEDGE]
    assert f"<@{fix_owner}> gets a reminder of ESC-1 (Acme)." in told(story, "maria")
    pick(story, "maria", "1:remind")
    assert f"<@U01MARIA> reminded <@{fix_owner}> of ESC-1" in told(story, "maria")
    assert (len(story.direct(who)), entries(story, "owner reminded")) == (before + 1, 1)
    story.forward(minutes=61)
    pick(story, "maria", "1:remind")
    assert entries(story, "owner reminded") == 2
    assert sum("reminds you" in each.text for each in story.direct(who)) == 1, "one message stands"
    story.press(who, ids.PRESS_ACKNOWLEDGE, on=next(e for e in story.direct(who) if "reminds you" in e.text))
    assert [each.buttons for each in story.direct(who) if "reminds you" in each.text] == [[]]
    pick(story, "maria", "1:remind")
    assert "Nothing is overdue on ESC-1 now." in told(story, "maria")


@pytest.mark.both_databases
def test_two_who_remind_at_once_send_one_reminder(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-09 16:00")
    nudge = partial(story.program.services.nudges.nudge, 1, by=USERS["maria"])

    async def at_once() -> list[NudgeEnd]:
        run = story.program.services.core.run
        return [found.end for found, _ in await asyncio.gather(run(nudge), run(nudge), run(nudge))]

    assert sorted(end.name for end in story.run(at_once())) == ["SENT", "TOO_SOON", "TOO_SOON"]
    story.settle()
    assert entries(story, "owner reminded") == 1
    assert sum("reminds you" in each.text for who in ("dana", "eli") for each in story.direct(who)) == 1


def test_who_is_paged_is_not_reminded_besides_and_who_may_not_see_it_finds_nothing(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev1", at="Mon 2026-03-09 16:00")
    nudges = story.program.services.nudges
    assert nudges.nudge(1, by=USERS["maria"])[0].end is NudgeEnd.PAGED
    story.declare("noor", account="Umbrella", level="sev3")
    story.hand_over("dana", 2, role="fix_owner", person=USERS["maria"])
    assert nudges.nudge(2, by=USERS["omar"])[0].end is NudgeEnd.NOTHING_LATE, "his own report owns it"
    story.menu("maria", "category", 2, confidential=["confidential"])
    with pytest.raises(NotFound, match="There is no ESC-2"):
        nudges.nudge(2, by=USERS["omar"])
    with pytest.raises(NotFound, match="There is no ESC-9"):
        nudges.nudge(9, by=USERS["maria"])
    story.by_hand("member", "maria", is_restricted=True)
    with pytest.raises(NotAMember):
        nudges.nudge(1, by=USERS["maria"])


def test_other_choices_do_what_they_do_elsewhere_and_only_managers_remind(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-09 16:00")
    story.forward_to("Tue 2026-03-10 09:00")
    seen = digest(story)
    pick(story, "maria", "1:people")
    assert story.form("maria").title == "Bring in people"
    story.close_form("maria")
    pick(story, "maria", "1:take")
    assert story.facts(1).holder("fix_owner") == USERS["maria"]
    assert story.facts(1).is_acknowledged
    assert "You're the fix owner of ESC-1 (Acme) now." in told(story, "maria")
    pick(story, "maria", "1:take", seen)
    assert "You hold this role already." in told(story, "maria")
    story.skip(hours=30)
    values = ("1:update", "1:remind", "1:nonsense", "x:remind", "")
    offered = [option(value or "none", "Choose") for value in values]
    forged = story.post_as_bot(
        1, section("An old line.", accessory=OverflowMenuElement(action_id=ids.PICK_DIGEST, options=offered))
    )
    pick(story, "maria", "1:update", forged)
    assert story.form("maria").title == "Post update"
    story.close_form("maria")
    pick(story, "maria", "1:remind", forged)
    pick(story, "ana", "1:remind", forged)
    for value in ("1:nonsense", "x:remind", "none"):
        pick(story, "maria", value, forged)
    assert "We can't read that form or button." in story.messages(1, "maria")[-1].all_text
    assert "Only managers of the owners can remind them." in story.messages(1, "ana")[-1].all_text
    assert "gets a reminder of ESC-1 (Acme)." in str([each.all_text for each in story.messages(1, "maria")])
    assert entries(story, "owner reminded") == 1, "Ana owes the customer an update"
