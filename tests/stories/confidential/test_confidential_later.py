"""An escalation that becomes confidential later is redacted everywhere, for good."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from sqlalchemy import select

from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.decide.lifecycle import Refused
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.views.kit import ids
from tests.stories.programmes.proposing import accepted
from tests.support.person import Seen
from tests.support.story import USERS, Story


def test_what_was_said_in_other_channels_names_it_no_more(story: Story) -> None:
    team, incidents = _channel(story, "tech-support-escalations"), _channel(story, "incidents")
    secret = story.declare(account="Globex", level="sev2", category="technical", summary="Sign-in fails")
    other = story.declare(account="Acme", level="sev2", category="technical", summary="No sign-in")
    story.more("noor", "incident", secret)
    story.submit("noor", title="globex and others cannot sign in", escalations=[str(secret), str(other)])
    third = story.declare(account="Initech", level="sev2", category="technical")
    before = _everywhere(story, "eli", but=secret)
    for place in (team, incidents, story.facts(other).channel_id, story.facts(third).channel_id):
        assert any("globex" in one.markup.casefold() for one in before if one.raw["channel"] == place), place
    old = story.facts(secret).channel_id
    story.menu("ana", "category", secret, category="technical", confidential=["confidential"])
    after = [one for one in _everywhere(story, "eli", but=secret) if one.raw["channel"] != old]
    assert [one.markup for one in after if "globex" in one.markup.casefold() or "Sign-in fails" in one.markup] == []
    assert len(after) == len([one for one in before if one.raw["channel"] != old])
    suggested = story.find(other, "accounts escalated")
    assert "1 confidential" in suggested.all_text
    story.press("dana", ids.PRESS_INCIDENT, on=suggested)
    chosen = story.form("dana").question("escalations")["element"]["initial_options"]
    assert str(secret) not in [one["value"] for one in chosen]
    assert "INC-1: a customer and others cannot sign in" in story.find(third, "Is this part of it?").text
    feed = [one.text for one in after if one.text.startswith(f":lock: ESC-{secret}")]
    assert feed == [f":lock: ESC-{secret} is now confidential. Work continues in a private channel."]
    story.menu("ana", "withdraw", secret, why="mistake", reason="A drill.")
    kept = next(one for one in story.messages(incidents, "eli") if "INC-1" in one.text)
    assert "a customer and others cannot sign in" in kept.text


def test_its_programme_and_the_case_review_of_its_customer_count_it(story: Story) -> None:
    programme = accepted(story)
    secret = story.declare(account="Acme", level="sev3", summary="Leaked keys")
    story.declare(account="Acme", level="sev3", summary="Exports are slow")
    third = story.declare(account="Acme", level="sev3", summary="Slow again")
    story.act("dana", ids.PRESS_MITIGATE, third, note="Faster now.")
    story.menu(
        "noor", "withdraw", story.declare(level="sev4"), why="duplicate", duplicate_of=str(secret), reason="Twice"
    )
    assert "Leaked keys" in story.find(programme, f"ESC-{secret}:").all_text
    old = story.facts(secret).channel_id
    story.menu("ana", "category", secret, confidential=["confidential"])
    said = [one for one in _everywhere(story, "eli", but=secret) if one.raw["channel"] != old]
    assert [one.markup for one in said if "Leaked keys" in one.markup or f"ESC-{secret}" in one.markup] == [
        one.markup for one in said if one.text.startswith(f":lock: ESC-{secret} is now")
    ]
    assert "A new issue of Acme, which is confidential" in story.find(programme, "which is confidential").text
    assert "1 confidential" in story.card(programme).all_text
    assert "1 more, confidential" in story.find(third, "*Case review:*").all_text
    assert f"account programme ESC-{programme}" in story.card(third).all_text
    story.menu("maria", "category", programme, confidential=["confidential"])
    assert f"ESC-{programme}" not in story.card(third).all_text


def test_people_who_may_not_see_it_any_more_keep_no_direct_message_of_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", summary="Odd logins")
    story.hand_over("noor", number, role=RELATIONSHIP_OWNER, person=USERS["eli"])
    story.forward(hours=1)
    assert any("Acme" in message.markup for message in story.direct("eli"))
    assert "Odd logins" in story.home("eli")
    story.hand_over("noor", number, role=RELATIONSHIP_OWNER, person=USERS["dana"])
    theirs = [message.ts for message in story.direct("maria") if "Acme" in message.markup]
    story.menu("ana", "category", number, confidential=["confidential"])
    assert "Odd logins" not in str(story.control.get("home", user=USERS["eli"]))
    told = story.direct("eli")
    assert not any("Acme" in message.markup or "Odd logins" in message.markup for message in told)
    assert any(message.text.startswith(f":lock: ESC-{number} is now confidential.") for message in told)
    assert theirs
    assert [message.ts for message in story.direct("maria") if "Acme" in message.markup] == theirs
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert not any("Acme" in message.markup for message in story.direct("eli"))


def test_a_line_whose_answer_was_lost_is_found_and_taken_back(story: Story) -> None:
    number = story.declare(account="Globex", level="sev3")
    said = next(one for one in _everywhere(story, "eli", but=number) if "Globex" in one.text)
    story.menu("ana", "category", number, confidential=["confidential"])
    with story.program.services.database.transaction() as tx:
        line = tx.session.scalars(select(Effect).where(Effect.kind == EffectKind.FEED).order_by(Effect.id)).first()
        assert line is not None
        line.state, line.in_doubt = EffectState.READY, True
    _bring_back(story, said)
    story.settle()
    again = next(one for one in _everywhere(story, "eli", but=number) if one.ts == said.ts)
    assert again.text.startswith(f":lock: ESC-{number} is now confidential.")


def test_a_duplicate_of_what_somebody_may_not_see_is_a_duplicate_of_nothing(story: Story) -> None:
    secret = story.declare("ana", account="Acme", level="sev3", confidential=["confidential"])
    other = story.declare("noor", account="Globex", level="sev3")
    closures = story.program.services.closures
    with pytest.raises(Refused):
        closures.withdraw(other, by=USERS["noor"], reason="Twice", duplicate_of=secret)
    closures.withdraw(other, by=USERS["ana"], reason="Twice", duplicate_of=secret)
    story.settle()
    assert "withdrawn by" in story.last(other).text
    assert f"ESC-{secret}" not in story.last(other).text


def test_the_channel_that_is_left_names_the_customer_in_nothing_the_bot_wrote(story: Story) -> None:
    story.control.post("create", user=USERS["eli"], name="esc-1-left")
    number = story.declare(account="Globex", level="sev2", category="technical", summary="Payroll rows leak")
    old = str(story.facts(number).channel_id)
    story.details("ana", number, **{"customer.name": "Jane Doe"})
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    story.submit("ana", known="Jane sees rows of others", customer_text="Dear Globex, we know.")
    story.control.post("message", user=USERS["ana"], channel=old, text="I have called Globex.")
    before = len([one for one in story.messages(old, "eli") if one.raw.get("bot_id")])
    for method in ("conversations.rename", "conversations.archive"):
        story.control.post("faults", method=method, kind="lost", times=1)
    story.menu("ana", "category", number, confidential=["confidential"])
    story.forward(minutes=2)
    left = next(one for one in story.state()["channels"] if one["id"] == old)
    assert (left["name"], left["is_archived"]) == (f"esc-{number}-left-2", True)
    assert left["topic"] == left["purpose"] == "Archived. Work continues in a private channel."
    said = [one for one in story.messages(old, "eli") if one.raw.get("bot_id") and not one.raw.get("subtype")]
    assert before >= len(said) > 2
    for one in said:
        assert one.text.startswith(f":lock: ESC-{number} is now confidential."), one.text
        assert not any(word in one.markup for word in ("Globex", "Payroll", "Jane"))
    assert any(one.text == "I have called Globex." for one in story.messages(old, "eli"))
    assert "Globex" in story.card(number).all_text


def _channel(story: Story, name: str) -> str:
    """Make a channel as Eli and bring the bot in."""
    created = story.control.post("create", user=USERS["eli"], name=name)["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=created, users=[bot])
    return str(created)


def _bring_back(story: Story, said: Seen) -> None:
    """Restore a message, as if its place had not been known when it was taken back."""
    client = WebClient(story.sandbox.bot_token, base_url=story.sandbox.api_url)
    client.chat_update(channel=said.raw["channel"], ts=said.ts, text=said.text, blocks=said.raw["blocks"])


def _everywhere(story: Story, who: str, *, but: int) -> list[Seen]:
    """Return every message that anybody can read, without those of one escalation's own channel."""
    own = story.facts(but).channel_id
    return list(_read(story, who, own))


def _read(story: Story, who: str, own: str | None) -> Iterator[Seen]:
    for channel in story.state()["channels"]:
        if channel.get("name") and not channel.get("is_private") and channel["id"] != own:
            yield from (one for one in story.messages(channel["id"], who) if one.raw.get("bot_id"))
