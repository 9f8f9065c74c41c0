"""A confidential escalation is visible to its own people and to nobody else, wherever they look."""

import pytest

from bot.errors import NotFound
from bot.policy.decide.lifecycle import Refused
from bot.services.teams.teams import MessagePlace, was_asked
from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from tests.support.story import USERS, Story


def _secret(story: Story) -> int:
    return story.declare("ana", level="sev2", category="security_privacy", summary="Leaked keys")


def test_a_confidential_category_makes_a_private_channel_that_names_nobody(story: Story) -> None:
    number = _secret(story)
    place = story.channel(number)
    assert place["is_private"]
    assert place["name"] == "esc-confidential-2026-03-06"
    assert "Acme" not in f"{place['topic']}{place['purpose']}"
    assert "Leaked" not in str(place["topic"])
    assert set(story.members(number)) >= {"ana", "dana", "maria"}
    story.press("ana", ids.PRESS_PLAYBOOK, on=story.card(number))
    assert "Confidential: only people in this channel" in story.form("ana").all_text
    assert "Evidence is preserved" in story.form("ana").all_text


def test_anybody_may_keep_an_escalation_to_its_people(story: Story) -> None:
    number = story.declare("noor", level="sev3", confidential=["confidential"])
    assert story.channel(number)["is_private"]
    assert story.facts(number).is_private


def test_nobody_else_finds_it_anywhere(story: Story) -> None:
    number = _secret(story)
    story.declare("noor", account="Globex", level="sev3", summary="Slow")
    listed = str(story.command("dana", "list")["ack"])
    assert "Acme* :lock: · " in listed
    assert f"archives/{story.facts(number).channel_id}|ESC-{number}>" in listed
    for text in ("list", "status acme", f"status ESC-{number}", f"ack ESC-{number}"):
        answer = str(story.command("noor", text))
        assert "Leaked" not in answer
        assert "esc-confidential" not in answer
    assert "There is no ESC-1" in str(story.command("noor", "status ESC-1")["ack"])
    for text in ("update ESC-1", "resolve ESC-1", "withdraw ESC-1"):
        assert "There is no ESC-1" in str(story.command("noor", text)["ack"])
        assert not story.has_form("noor")
    story.command("noor", "update")
    assert "ESC-2" in str(story.form("noor").raw)
    assert "ESC-1" not in str(story.form("noor").raw)
    story.close_form("noor")
    assert "Leaked" not in story.home("noor")
    assert "Leaked" in story.home("dana")


def test_the_feed_does_not_hear_of_it(story: Story) -> None:
    _secret(story)
    assert [channel["name"] for channel in story.state()["channels"] if channel.get("name") == "escalations"] == []


def test_declaring_for_the_same_customer_does_not_give_it_away(story: Story) -> None:
    _secret(story)
    story.command("noor", "acme export is down")
    story.choose("noor", ids.LEVEL, "sev3")
    assert "ESC-1" not in story.form("noor").all_text
    options = story.control.post("options", user=USERS["noor"], block_id="account", query="acm")["options"]
    assert "open" not in options[0]["description"]["text"]


def test_the_digest_counts_it_only_for_its_own_people(story: Story) -> None:
    number = _secret(story)
    digests = story.program.services.digests
    assert [line.facts.number for line in digests.compose(USERS["maria"]).lines] == [number]
    # Omar is the manager of Maria, who is on it, and is not on it himself.
    assert [line.facts.number for line in digests.compose(USERS["omar"]).lines] == []


def test_a_channel_that_may_be_evidence_is_never_archived_automatically(story: Story) -> None:
    number = _secret(story)
    assert story.menu("ana", "withdraw", number, why="mistake", reason="It was a test")["result"] == "closed"
    story.forward(days=30)
    assert not story.channel(number)["is_archived"]


def test_a_private_channel_is_found_again_when_the_answer_to_making_it_is_lost(story: Story) -> None:
    story.control.post("faults", method="conversations.create", kind="lost", times=1)
    number = _secret(story)
    story.forward(minutes=2)
    names = [channel["name"] for channel in story.state()["channels"] if str(channel.get("name")).startswith("esc-")]
    assert names == ["esc-confidential-2026-03-06"]
    assert story.facts(number).channel_id is not None


def test_one_made_confidential_later_continues_in_a_private_channel_named_by_its_number(story: Story) -> None:
    number = story.declare("noor", level="sev2", summary="Odd logins")
    story.control.post("join", user=USERS["eli"], channel=story.facts(number).channel_id)
    old, before = story.channel(number), story.card(number)
    story.more("dana", "category", number)
    story.submit("dana", category="security_privacy")
    story.submit("dana", signs=["breach"])
    new = story.channel(number)
    assert (new["name"], new["is_private"]) == (f"esc-{number}-confidential", True)
    assert set(story.members(number)) == {"ana", "dana", "maria", "noor"}
    left = next(channel for channel in story.state()["channels"] if channel["id"] == old["id"])
    assert left["is_archived"]
    card = next(message for message in story.messages(old["id"], "eli") if message.ts == before.ts)
    assert "is now confidential" in card.text
    assert "Odd logins" not in card.all_text
    assert "There is no ESC-1" in str(story.command("eli", "status ESC-1")["ack"])
    assert "Confidential: " in story.find(number, "set the category").all_text


def test_what_is_confidential_never_becomes_public_again(story: Story) -> None:
    number = _secret(story)
    story.more("dana", "category", number)
    assert "stays private" in story.form("dana").all_text
    story.submit("dana", category="none")
    assert story.facts(number).is_private


def test_the_feed_does_not_hear_of_the_rise_that_makes_it_confidential(story: Story) -> None:
    number = story.declare("noor", level="sev3", summary="Odd logins")
    story.more("dana", "category", number)
    story.submit("dana", category="security_privacy")
    story.submit("dana", signs=["breach"])
    assert story.facts(number).level == "sev1"
    said = [
        call["arguments"] for call in story.calls("chat.postMessage") if call["arguments"]["channel"] == "escalations"
    ]
    assert all("Sev 1" not in str(arguments["text"]) for arguments in said)


def test_an_old_button_lets_nobody_into_what_became_confidential(story: Story) -> None:
    number = story.declare("noor", level="sev3", category="technical", summary="CSV is broken")
    old = story.post_as_bot(number, actions(button("They responded", ids.PRESS_TEAM, f"{number}:tech_support")))
    story.more("dana", "category", number)
    story.submit("dana", category="technical", confidential=["confidential"])
    assert story.facts(number).is_private
    left = next(one for one in story.messages(old.raw["channel"], "omar") if one.ts == old.ts)
    assert left.buttons == []
    # A person who still has it on their screen presses it nevertheless.
    place = MessagePlace(old.raw["channel"], old.ts)
    with pytest.raises(NotFound, match="There is no ESC-1"):
        story.program.services.teams.answered(number, "tech_support", by=USERS["omar"], asked_at=place)
    assert "omar" not in story.members(number)


def test_a_former_team_is_not_let_into_what_is_confidential_now_and_the_team_that_helps_is(story: Story) -> None:
    place = story.control.post("create", user=USERS["eli"], name="tech-support-escalations")["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=place, users=[bot])
    former = story.declare("noor", level="sev3", category="technical", summary="CSV is broken")
    helping = story.declare("noor", account="Globex", level="sev3", category="technical", summary="Odd rows")
    story.more("dana", "category", former)
    story.submit("dana", category="security_privacy")
    story.submit("dana", signs=["breach"])
    story.menu("ana", "category", helping, category="technical", confidential=["confidential"])
    left, asked = story.messages(place, "eli")[-2:]
    assert (left.text, left.buttons) == (
        f":lock: ESC-{former} is now confidential. Work continues in a private channel.",
        [],
    )
    assert "Confidential: details are in its channel." in asked.text
    assert "Globex" not in asked.markup
    story.press("omar", ids.PRESS_TEAM, on=asked)
    assert "omar" not in story.members(helping)
    assert "Ask <@U01DANA> to bring you in." in story.direct("omar")[-1].text
    story.press("eli", ids.PRESS_TEAM, on=asked)
    assert "eli" in story.members(helping)
    assert "eli" not in story.members(former)


def test_where_nobody_is_named_for_a_team_its_private_channel_says_who_may_help(story: Story) -> None:
    number = story.declare("noor", level="sev3", category="legal_compliance", summary="A letter of their lawyer")
    teams = story.program.services.teams
    place = MessagePlace("C01LEGAL", "1.1")
    with story.program.services.database.transaction() as tx:
        was_asked(story.program.services.records.within(tx, number), "legal", place, "asked")
    with pytest.raises(Refused):
        teams.answered(number, "legal", by=USERS["omar"], asked_at=place, is_open=True)
    teams.answered(number, "legal", by=USERS["omar"], asked_at=place)
    story.settle()
    assert "omar" in story.members(number)


def test_a_confidential_channel_is_never_archived_automatically(story: Story) -> None:
    number = story.declare("noor", level="sev3", confidential=["confidential"])
    story.menu("noor", "withdraw", number, why="mistake", reason="A drill.")
    story.forward(days=10)
    assert not story.channel(number)["is_archived"]
