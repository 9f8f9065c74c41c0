"""After closing, the record stays readable: playbook, checklist and details open, and nothing can be changed."""

from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.support.person import Form
from tests.support.story import Story
from tests.support.story import story as told

ENDED = {"fixed": "Restarted.", "confirmed_by": "Jo", "confirmed_how": "call"}


@pytest.fixture
def closed(story: Story) -> int:
    number = story.declare(level="sev3", category="service_outage", at="Fri 2026-03-06 10:00")
    story.details("eli", number, **{"customer.name": "Jo Park"})
    story.act("dana", ids.PRESS_RESOLVE, number, **ENDED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="Fine.")
    return number


def opened(story: Story, action_id: str, number: int) -> Form:
    story.press("ana", action_id, on=story.card(number))
    form = story.form("ana")
    story.close_form("ana")
    return form


def test_the_buttons_stay_on_the_card_and_open_what_can_only_be_read(story: Story, closed: int) -> None:
    assert [name for name in story.card(closed).buttons if name != ids.PICK_MORE] == [
        ids.PRESS_REOPEN,
        ids.PRESS_PLAYBOOK,
        ids.PRESS_CHECKLIST,
        ids.PRESS_FACTS,
    ]
    details, playbook = (opened(story, name, closed) for name in (ids.PRESS_FACTS, ids.PRESS_PLAYBOOK))
    for form in (details, playbook):
        assert form.inputs == []
        assert not form.raw.get("submit")
    assert "Jo Park" in details.all_text
    assert "<@U01ELI>" in details.all_text
    assert "details known" in details.all_text
    assert "*Steps*" in playbook.all_text
    assert "Words for the customer" not in playbook.all_text
    assert ids.PRESS_TEAM_ANSWERED not in str(playbook.raw)


def test_the_checklist_says_what_was_done_and_by_whom(database_url: str, folder: Path) -> None:
    with told(database_url, folder, policy="p-levels") as story:
        _read_checklist(story)


def _read_checklist(story: Story) -> None:
    number = story.declare(level="p3", summary="Slow exports")
    story.press("ana", ids.PRESS_CHECKLIST, on=story.card(number))
    first = next(block for block in story.form("ana").raw["blocks"] if block["type"] == "input")
    item = first["element"]["options"][2]
    story.submit("ana", **{first["block_id"]: [item["value"]]})
    story.act("dana", ids.PRESS_RESOLVE, number, **ENDED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="Fine.")
    form = opened(story, ids.PRESS_CHECKLIST, number)
    assert form.inputs == []
    assert f":white_check_mark: {item['text']['text']} · <@U01ANA>" in form.all_text
    assert ":white_large_square:" in form.all_text


def test_what_was_open_when_it_closed_is_refused_with_the_reason(story: Story) -> None:
    number = story.declare(level="sev3", category="service_outage")
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    story.act("dana", ids.PRESS_RESOLVE, number, **ENDED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="Fine.")
    story.submit("ana", **{"customer.name": "Jo Park"})
    assert "It's closed: reopen it first." in story.form("ana").all_text
