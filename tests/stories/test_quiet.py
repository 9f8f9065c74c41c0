"""The budgets of calm: what people get of a Sev 1 that nobody answers, and of a normal Sev 2 that is led to its end.

How high forms, Home and the digest are is held in a browser (`tests/browser/test_main_job.py`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.policy.record.escalation import Status
from bot.views.card.more_menu import CHOICES
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

PEOPLE: Final = ("dana", "ana", "maria", "omar")
FIVE_HOURS: Final = timedelta(hours=5)
# The budgets: rings of one person in five hours, lines of the channel meanwhile, texts and controls of the card.
RINGS, LINES, TEXTS, CONTROLS = 12, 8, 5, 8
_TEXTS: Final = frozenset({"header", "section", "context"})
CONFIRMED: Final = {"confirmed_by": "Jo Park", "confirmed_how": "call"}
REVIEWED: Final = {"review_url": "https://wiki.example/1", "action": "Test exports before each deploy"}


def texts(message: Seen) -> list[Mapping[str, Any]]:
    return [block for block in message.raw.get("blocks") or [] if block["type"] in _TEXTS]


def hold(message: Seen) -> None:
    """Hold the budget of the card, and that no control is there twice."""
    assert len(texts(message)) <= TEXTS, message.all_text
    assert len(message.buttons) <= CONTROLS, message.buttons
    assert max(Counter(message.buttons).values()) == 1, message.buttons


def asked(story: Story, who: str) -> list[Seen]:
    """Return the direct messages that ask somebody to act; the digest and the request for details are others."""
    found = [message for message in story.direct(who) if message.buttons]
    return [one for one in found if "Your team: " not in one.text and ids.PRESS_FACTS not in one.buttons]


def rings(story: Story) -> dict[str, list[datetime]]:
    """Return when each person was rung."""
    found: dict[str, list[datetime]] = {who: [] for who in PEOPLE}
    for call in story.calls("chat.postMessage"):
        said, to = call["arguments"], {USERS[who]: who for who in PEOPLE}.get(call["arguments"].get("channel"))
        if to is not None and not (call["fault"] or call["error"]) and str(said.get("text")).startswith(":pager:"):
            found[to].append(datetime.fromtimestamp(float(call["answer"]["ts"]), tz=UTC))
    return found


def most_in_five_hours(times: Sequence[datetime]) -> int:
    return max((sum(start <= at < start + FIVE_HOURS for at in times) for start in times), default=0)


def hold_unanswered(story: Story, number: int) -> None:
    """Hold what a Sev 1 that nobody answers may make of messages, whenever it is looked at."""
    for who, times in rings(story).items():
        assert 0 < most_in_five_hours(times) <= RINGS, (who, times)
        assert len(asked(story, who)) == 1, [message.text for message in asked(story, who)]
        assert asked(story, who)[0].buttons[0] == ids.PRESS_ACKNOWLEDGE_PAGE
    said = story.said(number)
    assert len(said) <= LINES, said
    assert max(Counter(said).values()) == 1, said
    assert sum("update for Initech" in text for text in said) == 1, "one live reminder"
    hold(story.card(number))


def test_a_sev_1_nobody_answers_holds_every_budget_for_five_hours_and_for_five_days(sqlite_story: Story) -> None:
    story = sqlite_story
    # An account without an area: its fix owner is the same all week.
    number = story.declare(account="Initech", level="sev1", at="Thu 2026-03-05 10:00")
    opening = [message for message in story.messages(number) if message.raw.get("subtype") is None]
    assert [message.ts for message in opening] == [story.card(number).ts], "the card is the only message"
    story.forward(hours=5)
    hold_unanswered(story, number)
    first = {who: len(times) for who, times in rings(story).items()}
    # The days between are skipped in one step.
    day = story.clock.at
    story.skip_to("Tue 2026-03-10 05:00")
    story.forward(hours=5)
    hold_unanswered(story, number)
    later = {who: sum(at > day for at in times) for who, times in rings(story).items()}
    assert all(later.values()), f"it never gives up: {first}, {later}"
    reminder = next(text for text in story.said(number) if "update for Initech" in text)
    assert "has been overdue since" in reminder
    assert " missed." in reminder
    # One press ends all of it.
    story.press("maria", ids.PRESS_ACKNOWLEDGE_PAGE, on=asked(story, "maria")[0])
    for who in PEOPLE:
        assert not [one for one in asked(story, who) if ids.PRESS_ACKNOWLEDGE_PAGE in one.buttons]
        pages = [one for one in story.direct(who) if one.text.startswith(":pager:")]
        assert [len(texts(page)) for page in pages] == [1], "handled pages are one line"


def test_a_normal_sev_2_holds_every_budget_to_its_end(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    before = said(story, number)
    assert before == 0, "the card is the only message of the opening"
    hold_everywhere(story, number)

    # One warning, when four fifths of the time have passed, to the one who can stop the clock.
    story.forward(minutes=50)
    assert {who: len(asked(story, who)) for who in (*PEOPLE, "eli")} == {
        "dana": 1,
        **dict.fromkeys(("ana", "maria", "omar", "eli"), 0),
    }
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=asked(story, "dana")[0])
    assert said(story, number) == 1
    assert [asked(story, who) for who in PEOPLE] == [[]] * 4, "it is gone once it is over"
    hold_everywhere(story, number)

    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    assert story.form("ana").inputs == ["customer_text", "known", "next_at"], "three questions, the customer's first"
    assert story.submit("ana", customer_text="We're on it.", known="A bad deploy.")["result"] == "closed"
    assert said(story, number) == 2
    hold_everywhere(story, number)

    story.forward(minutes=30)
    assert story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")["result"] == "closed"
    assert said(story, number) == 3
    hold_everywhere(story, number)

    # What is missing is said at once; with what is asked for, one submit does it, and defaults are filled in.
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    missing = story.submit("dana")["errors"]
    assert set(missing) == {"fixed", "confirmed_by", "confirmed_how", "action"}
    assert story.submit("dana", fixed="A patch.", **CONFIRMED, **REVIEWED)["result"] == "closed"
    assert said(story, number) == 4
    hold_everywhere(story, number)

    story.press("ana", ids.PRESS_CLOSE, on=story.card(number))
    assert set(story.submit("ana")["errors"]) == {"cause"}
    assert story.submit("ana", cause="A slow query")["result"] == "closed"
    assert said(story, number) == 5
    assert story.facts(number).status is Status.CLOSED
    hold(story.card(number))
    assert [asked(story, who) for who in (*PEOPLE, "noor", "eli")] == [[]] * 6, "nobody is left with a button"
    assert rings(story) == {who: [] for who in PEOPLE}, "nobody was paged"


def said(story: Story, number: int) -> int:
    """Return how many lines the bot has added to the channel besides the card."""
    return len(story.said(number))


def hold_everywhere(story: Story, number: int) -> None:
    """Hold the budgets of the card, of its copies, of the list and of Home, and that every form is two clicks away."""
    hold(story.card(number))
    status = story.command("maria", f"status ESC-{number}")["ack"]
    hold(Seen(status))
    listed = story.command("maria", "list")["ack"]["blocks"]
    lines = [block for block in listed if block["type"] == "section"]
    assert len(lines) == 1
    assert "\n" not in lines[0]["text"]["text"], "one line"
    home = story.home("maria")
    assert home.count(f"|ESC-{number}>") == 1, "nobody is there twice"
    menu = story.card(number).button(ids.PICK_MORE)
    for option in menu["options"]:
        key = option["value"].partition(":")[2]
        story.more("maria", key, number)
        assert story.form("maria").title, key
        story.close_form("maria")
    assert {one["value"].partition(":")[2] for one in menu["options"]} <= {choice.key for choice in CHOICES}
