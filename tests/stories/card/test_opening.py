"""The opening: the card is the only message, and everything else is a form behind its buttons."""

from typing import TYPE_CHECKING

from bot.models.tracked_message import TrackedMessage, TrackedMessageKind
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.policy.plan.timers import TimerKind
from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from tests.support.person import Json, Seen
from tests.support.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = ("header", "section", "context")


def texts(card: Seen) -> list[Json]:
    """Return the blocks of text."""
    return [block for block in card.raw["blocks"] if block["type"] in TEXTS]


def controls(card: Seen) -> list[Json]:
    """Return the card's controls, in order."""
    return [one for block in card.raw["blocks"] if block["type"] == "actions" for one in block["elements"]]


def words(card: Seen) -> list[str]:
    """Return the words on the card's controls, in order."""
    return [str((one.get("text") or one["placeholder"])["text"]) for one in controls(card)]


def opened(story: Story) -> int:
    number = story.declare(level="sev1", category="service_outage", description="Since 9:00, every export fails.")
    story.forward(minutes=3)
    return number


def test_the_card_is_the_only_message_of_an_opening(story: Story) -> None:
    number = opened(story)
    kinds = [message.raw.get("subtype") for message in story.messages(number)]
    assert sorted(set(kinds), key=str) == [None, "channel_join", "channel_topic"]
    assert [kinds.count(kind) for kind in (None, "channel_topic")] == [1, 1]
    card = story.card(number)
    assert len(texts(card)) <= 5
    assert words(card) == [
        *("Acknowledge", "Post update", "Impact stopped", "Resolve"),
        *("Playbook", "Checklist 2/10", "Details 3/22", "More"),
    ]


def test_the_main_button_is_the_next_step_and_an_update_is_always_there(story: Story) -> None:
    number = opened(story)
    confirmed = {"confirmed_by": "Jo Park", "confirmed_how": "call"}
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test it", "action_owner": "U01ELI"}
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("Acknowledge", lambda: story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))),
        ("Post update", lambda: story.act("ana", ids.PRESS_UPDATE, number, known="We look.", customer_text="Soon.")),
        ("Impact stopped", lambda: story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")),
        (
            "Resolve",
            lambda: story.act(
                "dana", ids.PRESS_RESOLVE, number, fixed="A patch.", **confirmed, **reviewed, action_due="2026-03-20"
            ),
        ),
        (
            "Close",
            lambda: story.act(
                "dana", ids.PRESS_CLOSE, number, summary="Well.", cause="A slow query", finished_on="2026-03-06"
            ),
        ),
    )
    for primary, take in steps:
        card = story.card(number)
        assert [one["text"]["text"] for one in controls(card) if one.get("style") == "primary"] == [primary]
        assert words(card)[0] == primary
        assert "Post update" in words(card)
        assert len(texts(card)) <= 5
        assert len(controls(card)) <= 8
        take()
    shown = [word.partition(" ")[0] for word in words(story.card(number))]
    assert shown == ["Reopen", "Playbook", "Checklist", "Details", "More"]
    assert len(texts(story.card(number))) <= 5


def test_an_overdue_update_comes_first_again(story: Story) -> None:
    number = opened(story)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.act("ana", ids.PRESS_UPDATE, number, known="We look.", customer_text="Soon.")
    assert words(story.card(number))[0] == "Impact stopped"
    story.forward(minutes=31)
    assert words(story.card(number))[0] == "Post update"


def test_the_details_are_one_form_and_every_one_of_them_counts(story: Story) -> None:
    number = opened(story)
    story.open_details("ana", number)
    assert len(story.form("ana").inputs) == 22 + 1, "and a field for files"
    story.submit("ana", **{"customer.name": "Jo Fischer", "supporting.screenshots": "In the ticket."})
    assert "Details 5/22" in words(story.card(number))


def test_an_entry_of_the_menu_opens_its_form_and_can_be_chosen_again(story: Story) -> None:
    number = opened(story)
    before = story.card(number).raw["blocks"]
    story.forward(seconds=5)
    story.more("noor", "owners", number)
    assert story.form("noor").title == "Change owner"
    story.close_form("noor")
    # Slack keeps showing what was chosen until the block has another id.
    after = story.card(number).raw["blocks"]
    row = max(place for place, block in enumerate(before) if block["type"] == "actions")
    assert before[row]["block_id"] != after[row]["block_id"]
    story.more("noor", "owners", number)
    assert story.form("noor").title == "Change owner"


def test_what_an_earlier_version_left_behind_is_finished_quietly(story: Story) -> None:
    """Timers and effects that posted the checklist, the details and the category's card do nothing any more."""
    number = story.declare(level="sev1", category="service_outage")
    with story.program.services.database.transaction() as tx:
        for kind in (TimerKind.CHECKLIST, TimerKind.ASK_FACTS):
            tx.session.add(Timer(key=f"ESC-{number}:{kind}", escalation_id=number, kind=kind, due_at=tx.now, data={}))
        common = {"escalation_id": number, "priority": 1, "state": EffectState.READY, "created_at": tx.now}
        tx.session.add(Effect(kind=EffectKind.ANNOUNCEMENT, payload={"what": "category"}, **common))
        for sheet in ("intake", "checklist"):
            tx.session.add(Effect(kind=EffectKind.TRACKED_MESSAGE, payload={"sheet": sheet}, **common))
    story.settle()
    assert story.said(number) == []
    with story.program.services.database.transaction() as tx:
        states = {effect.state for effect in tx.session.query(Effect)}
        waiting = {timer.kind for timer in tx.session.query(Timer) if timer.fired_at is None}
    assert states <= {EffectState.DONE, EffectState.DROPPED}
    assert not waiting & {TimerKind.CHECKLIST, TimerKind.ASK_FACTS}


def test_buttons_of_an_earlier_version_open_their_forms_and_its_messages_are_shortened(story: Story) -> None:
    number = story.declare(level="sev1")
    old = story.post_as_bot(
        number,
        actions(
            button("Tick off…", ids.PRESS_CHECKLIST, str(number)),
            button("Fill in", ids.PRESS_FACTS, f"{number}:customer"),
            button("Name", f"{ids.PRESS_FACT}customer.name", f"{number}:customer.name"),
            button("More…", ids.PRESS_MORE, str(number)),
        ),
    )
    with story.program.services.database.transaction() as tx:
        kind = TrackedMessageKind.INTAKE
        tx.session.add(TrackedMessage(escalation_id=number, kind=kind, channel=old.raw["channel"], ts=old.ts))
    story.press("ana", ids.PRESS_CHECKLIST, on=old)
    assert story.form("ana").title == "Checklist"
    story.close_form("ana")
    story.press("ana", ids.PRESS_MORE, on=old)
    story.control.post("press", user="U01ANA", surface="modal", action_id=f"{ids.PRESS_MORE_ENTRY}owners")
    story.settle()
    assert story.form("ana").title == "Change owner"
    story.close_form("ana")
    story.press("ana", f"{ids.PRESS_FACT}customer.name", on=old)
    assert story.form("ana").inputs == ["customer.name"]
    story.submit("ana", **{"customer.name": "Jo Fischer"})
    shortened = next(message for message in story.messages(number) if message.ts == old.ts)
    assert shortened.text == f"ESC-{number}: checklist and details open from the pinned card."
    assert shortened.buttons == []
