"""A card or list that one person sees follows what is done on it, and offers only what they may do."""

from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story


def status(story: Story, who: str, number: int) -> Seen:
    """Type `status` and return the copy of the card."""
    story.command(who, f"status ESC-{number}")
    return copy_of(story, who)


def copy_of(story: Story, who: str) -> Seen:
    found = story.messages("C01GENERAL", who)
    return next(message for message in reversed(found) if ids.PICK_MORE in message.buttons)


def rows(copy: Seen) -> list[str]:
    """Return the ids of the rows of controls."""
    return [block["block_id"] for block in copy.raw["blocks"] if block["type"] == "actions"]


def test_acknowledging_on_a_copy_is_seen_on_it(story: Story) -> None:
    number = story.declare(level="sev3")
    copy = status(story, "dana", number)
    assert ids.PRESS_ACKNOWLEDGE in copy.buttons
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=copy)
    again = copy_of(story, "dana")
    assert again.ts == copy.ts, "it is redrawn, not posted again"
    assert ids.PRESS_ACKNOWLEDGE not in again.buttons
    assert "Acknowledged by <@U01DANA>" in again.all_text
    assert "Acknowledged by <@U01DANA>" in story.card(number).all_text


def test_acknowledging_in_the_list_redraws_the_list(story: Story) -> None:
    number = story.declare(level="sev3")
    story.command("dana", "list")
    listed = _list(story)
    assert f"|ESC-{number}> · Unacknowledged · due " in listed.all_text
    assert " · <@U01DANA>, <@U01ANA>" in listed.all_text
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=listed)
    again = _list(story)
    assert again.ts == listed.ts, "it is redrawn, not posted again"
    assert "· Acknowledged · " in again.all_text
    assert again.buttons == [ids.PRESS_UPDATE]


def _list(story: Story) -> Seen:
    found = story.messages("C01GENERAL", "dana")
    return next(message for message in reversed(found) if message.text == "1 open escalation")


def test_an_entry_chosen_on_a_copy_opens_its_form_and_can_be_chosen_again(story: Story) -> None:
    number = story.declare(level="sev3")
    copy = status(story, "dana", number)
    story.forward(seconds=5)
    story.press("dana", ids.PICK_MORE, on=copy, value=f"{number}:owners")
    assert story.form("dana").title == "Change owner"
    assert rows(copy) != rows(copy_of(story, "dana"))


def test_a_copy_hides_what_its_reader_may_not_do(story: Story) -> None:
    number = story.declare(level="sev3")
    assert "waive" not in str(status(story, "noor", number).button(ids.PICK_MORE))
    assert "waive" in str(status(story, "maria", number).button(ids.PICK_MORE))
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    assert ids.PRESS_CLOSE not in status(story, "omar", number).buttons
    assert ids.PRESS_CLOSE in status(story, "dana", number).buttons
    # The card in the channel is the same for everybody: there it is refused, with whom to ask.
    story.press("omar", ids.PRESS_CLOSE, on=story.card(number))
    assert USERS["dana"] in story.form("omar").all_text
