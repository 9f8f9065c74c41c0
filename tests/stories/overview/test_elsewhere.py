"""Whoever acts from another channel is told there what came of it, in one line that names no customer."""

from typing import Any

from bot.views.kit import ids
from tests.support.every_form import CONFIRMED
from tests.support.story import Story


def lines(story: Story, who: str, place: str | int = "general") -> list[str]:
    return [seen.text for seen in story.messages(place, who) if seen.raw.get("is_ephemeral")]


def test_each_step_typed_elsewhere_says_what_came_of_it_once_and_nothing_in_its_own_channel(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", summary="Exports are slow", at="Fri 2026-03-06 10:00")

    def type_and_send(who: str, words: str, **values: Any) -> str:
        before = len(lines(story, who))
        story.command(who, words)
        answer = story.submit(who, **values)
        assert answer["result"] == "closed", answer.get("errors")
        added = lines(story, who)[before:]
        assert len(added) == 1, (words, added)
        assert "Acme" not in added[0], "others may read over a shoulder in a shared channel"
        return added[0]

    said = type_and_send("noor", "level acme", level="sev1", reason="It is their launch day.")
    assert said.startswith("ESC-1: waiting for <@U01MARIA>. Stays Sev 3 until then.")
    assert not any("asked for" in seen.text for seen in story.direct("noor")), "told once"
    said = type_and_send("maria", "level ESC-1", level="sev4", reason="Two teams are blocked.")
    assert said.startswith("ESC-1: it's Sev 4. <")
    assert said.endswith(f"/archives/{story.facts(number).channel_id}|Open channel>")
    assert "update posted." in type_and_send("ana", "update acme", known="A bad deploy.", customer_text="We found it.")
    assert "<@U01ELI> is asked to be fix owner" in type_and_send("dana", "owner acme", role="fix_owner", person="eli")
    assert "impact stopped." in type_and_send("dana", "mitigate acme", note="Rolled back.")
    assert "resolved." in type_and_send("dana", "resolve acme", fixed="Restarted.", **CONFIRMED)
    assert "reopened." in type_and_send("ana", "reopen acme", reason="It is back.")
    assert "*Details* is done." in type_and_send("dana", "facts acme")
    assert "waiting on the customer" in _wait(story, number)
    assert "withdrawn." in type_and_send("dana", "withdraw acme", why="mistake", reason="A test.")

    own = story.declare("noor", account="Globex", level="sev3")
    story.press("dana", ids.PRESS_MITIGATE, on=story.card(own))
    story.submit("dana", note="Rolled back.")
    assert not any(
        line.startswith(f"ESC-{own}: ") for place in ("general", own) for line in lines(story, "dana", place)
    )


def _wait(story: Story, number: int) -> str:
    """Return the line after a form that was opened from the status, which only its reader sees."""
    story.command("ana", f"status ESC-{number}")
    story.press("ana", ids.PICK_MORE, on=story.messages("general", "ana")[-1], value=f"{number}:wait")
    story.submit("ana", reason="Their logs")
    return lines(story, "ana")[-1]


def test_a_picker_and_the_question_to_take_over_end_with_a_line(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", summary="Exports are slow")
    other = story.declare("noor", account="Globex", level="sev3", summary="Slow")
    for who, key, action in (("omar", "acme", ids.PRESS_TAKE_OVER), ("maria", "globex", ids.PRESS_LEAVE_OWNER)):
        story.command(who, f"ack {key}")
        (asked,) = [seen for seen in story.messages("general", who) if action in seen.buttons]
        story.press(who, action, on=asked)
    place = story.facts(number).channel_id
    assert lines(story, "omar") == [f"You're the fix owner of ESC-1 now: <#{place}>."]
    place = story.facts(other).channel_id
    assert lines(story, "maria") == [f"You acknowledged ESC-2 in <#{place}>. <@U01DANA> stays fix owner."]
    third = story.declare("noor", account="Initech", level="sev3", summary="Wrong totals")
    for step, said in (("ack", "you acknowledged it"), ("mitigate", "impact stopped")):
        story.command("dana", step)
        story.submit("dana", escalation=str(third))
        if step == "mitigate":
            story.submit("dana", note="Rolled back.")
        assert lines(story, "dana")[-1].startswith(f"ESC-3: {said}.")
