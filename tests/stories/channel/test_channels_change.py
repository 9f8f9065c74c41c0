"""Channels that change in Slack without us: by other settings, by hand, or while a call is on its way."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.database import outbox, queries
from bot.database.outbox import NewEffect
from bot.models.work import UNSETTLED, Effect, EffectKind
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import FIX_OWNER, Status
from bot.scheduler.jobs import Job, Settle
from bot.services.operator.doctor import Doctor
from bot.views.kit import ids
from sandbox.apps import App
from tests.support.person import Seen
from tests.support.story import USERS, Story

CONFIRMED = {"confirmed_by": "Joe of Acme", "confirmed_how": "call"}


def test_another_template_between_two_tries_for_a_name_keeps_nobody_waiting(story: Story) -> None:
    story.control.post("create", user=USERS["ana"], name="esc-acme-2026-03-06")
    story.control.post("faults", kind="ratelimited", method="conversations.create", retry_after=600, times=1)
    number = story.declare("noor", account="Acme", level="sev3", summary="Down")
    assert story.facts(number).channel_id is None
    story.restart(channel_template="customer-{number}-{account}")
    story.forward(minutes=11)
    assert story.channel(number)["name"] == "esc-acme-2026-03-06-2"
    assert story.facts(number).card_ts is not None


def test_reopening_while_the_archiving_is_on_its_way_opens_a_channel_that_lives(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.command("dana", f"resolve ESC-{number}")
    story.submit("dana", fixed="Restarted.", **CONFIRMED)
    story.command("dana", f"close ESC-{number}")
    story.submit("dana", summary="All good.")
    old, deliverer = story.facts(number).channel_id, story.program.engine.deliverer
    archive, closures = deliverer.performers[EffectKind.ARCHIVE], story.program.services.closures

    async def archive_late(job: Job) -> Settle | None:
        record = await archive(job)
        reopen: Any = closures.reopen
        await story.program.services.core.run(reopen, number, by=USERS["noor"], reason="It is back.")
        return record

    deliverer.performers = {**deliverer.performers, EffectKind.ARCHIVE: archive_late}
    story.forward(days=3)
    facts = story.facts(number)
    assert facts.status is Status.OPEN
    assert facts.channel_id not in (None, old)
    assert not story.channel(number)["is_archived"]
    assert any("ESC-1 reopened by <@U01NOOR>: It is back." in message.text for message in story.messages(number))
    assert f"<#{old}>" in story.card(number).all_text
    assert story.members(number) == {"noor", "dana", "ana"}


def test_the_owners_learn_once_of_an_archived_channel_and_everybody_who_acts_does(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev1")
    story.command("dana", f"ack ESC-{number}")
    channel = story.facts(number).channel_id
    told = {who: len(story.direct(who)) for who in ("ana", "dana", "noor")}
    story.by_hand("archive", "noor", channel=channel)
    for owner in ("ana", "dana"):
        (news,) = story.direct(owner)[told[owner] :]
        assert f"ESC-1 · Acme: <#{channel}> was archived by <@U01NOOR>" in news.text
        assert "Open a new channel" in news.all_text
        assert news.buttons == [ids.PRESS_NEW_CHANNEL]
    assert len(story.direct("noor")) == told["noor"]
    update(story, "noor", number, known="Still looking.", customer_text="We're on it.")
    assert "no one can read it there" in story.direct("noor")[-1].text
    assert story.direct("noor")[-1].buttons == [ids.PRESS_NEW_CHANNEL]
    story.forward(minutes=20)
    assert [sum("was archived by" in m.text for m in story.direct(who)) for who in ("ana", "dana")] == [1, 1]
    assert parked(story) == []
    for seen in (
        str(story.command("eli", f"status ESC-{number}")["ack"]),
        str(story.command("eli", "list")["ack"]),
        story.home("dana"),
    ):
        assert f"<#{channel}> (archived)" in seen
    assert ids.PRESS_NEW_CHANNEL in str(story.command("eli", f"status ESC-{number}")["ack"])


def test_what_was_posted_for_an_archived_channel_goes_into_the_new_one(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    old, before = story.facts(number).channel_id, story.members(number)
    story.by_hand("archive", "noor", channel=old)
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    offer = story.direct("ana")[-1]
    story.press("ana", ids.PRESS_NEW_CHANNEL, on=offer)
    offer = next(message for message in story.direct("ana") if message.ts == offer.ts)
    assert ids.PRESS_NEW_CHANNEL not in offer.buttons
    facts = story.facts(number)
    assert facts.channel_id != old
    assert story.channel(number)["name"] == "esc-acme-2026-03-06-2"
    assert story.members(number) >= before
    said = story.said(number)
    assert sum("Update" in words and "We found the cause." in words for words in said) == 1
    assert sum(f"opened this channel for ESC-1, because <#{old}> is archived" in words for words in said) == 1
    assert f"earlier channel: <#{old}>" in story.card(number).all_text
    assert story.channel(number)["pins"] or story.card(number).raw.get("pinned_to")
    assert parked(story) == []


def test_an_unarchived_channel_is_used_again_when_the_bot_is_invited(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    channel, bot = story.facts(number).channel_id, bot_of(story)
    story.by_hand("archive", "noor", channel=channel)
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    story.by_hand("unarchive", "eli", channel=channel)
    assert "is open again, but Escalate isn't in it" in story.direct("eli")[-1].text
    story.by_hand("invite", "eli", channel=channel, users=[bot])
    facts = story.facts(number)
    assert (facts.channel_id, facts.has_channel) == (channel, True)
    assert any("Update by <@U01ELI>: We found the cause." in words for words in story.said(number))
    assert any("Escalate is back in this channel" in words for words in story.said(number))
    assert "(archived)" not in story.card(number).all_text
    assert parked(story) == []


def test_a_bot_that_is_removed_says_so_and_comes_back_by_invitation(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    channel, bot = story.facts(number).channel_id, bot_of(story)
    story.by_hand("remove", "noor", channel=channel, other=bot)
    assert f"Escalate was removed from <#{channel}> by <@U01NOOR>" in story.direct("dana")[-1].text
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    assert f"<#{channel}> (without Escalate)" in str(story.command("eli", "list")["ack"])
    story.by_hand("invite", "noor", channel=channel, users=[bot])
    assert any("Update by <@U01ELI>: We found the cause." in words for words in story.said(number))
    assert parked(story) == []


def test_a_deleted_channel_is_replaced(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    old = story.facts(number).channel_id
    story.by_hand("erase", "maria", channel=old)
    assert "#esc-acme-2026-03-06 was deleted by <@U01MARIA>, or hidden from Escalate" in story.direct("dana")[-1].text
    assert "#esc-acme-2026-03-06 (deleted)" in str(story.command("eli", "list")["ack"])
    assert f"<#{old}>" not in str(story.command("eli", f"status ESC-{number}")["ack"])
    story.press("dana", ids.PRESS_NEW_CHANNEL, on=story.direct("dana")[-1])
    assert story.channel(number)["name"] == "esc-acme-2026-03-06-2"
    assert f"<#{old}>" not in story.card(number).all_text
    assert parked(story) == []


def test_a_channel_lost_without_an_event_is_noticed_by_the_next_call(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    channel = story.facts(number).channel_id
    told = len(story.direct("ana"))
    monkeypatch.setattr(App, "hears", lambda _app, _event: False)
    story.by_hand("archive", "noor", channel=channel)
    assert story.facts(number).has_channel
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    assert "was archived" in story.direct("eli")[-1].text
    assert sum("was archived" in message.text for message in story.direct("ana")[told:]) == 1
    assert parked(story) == []
    # Nor is there an event when it is back: it is looked at now and then.
    story.by_hand("unarchive", "noor", channel=channel)
    story.by_hand("invite", "noor", channel=channel, users=[bot_of(story)])
    story.forward(minutes=6)
    assert any("Update by <@U01ELI>: We found the cause." in words for words in story.said(number))


def test_reminders_of_a_lost_channel_go_to_the_owners_directly(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.command("dana", f"ack ESC-{number}")
    story.by_hand("archive", "noor", channel=story.facts(number).channel_id)
    told = len(story.direct("ana"))
    story.forward(hours=2)
    assert any("update" in message.text for message in story.direct("ana")[told:])
    assert parked(story) == []


def test_a_renamed_channel_keeps_its_new_name(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    told = len(story.direct("ana"))
    story.by_hand("describe", "noor", channel=story.facts(number).channel_id, name="acme-war-room")
    assert story.facts(number).channel_name == "acme-war-room"
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    assert any("We found the cause." in words for words in story.said(number))
    assert len(story.direct("ana")) == told


def test_a_channel_made_private_by_hand_is_reported_once(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    channel = story.facts(number).channel_id
    story.by_hand("convert", "noor", channel=channel, is_private=True)
    story.by_hand("describe", "noor", channel=channel, name="acme-war-room")
    for owner in ("ana", "dana"):
        assert sum("was made private by <@U01NOOR>" in message.text for message in story.direct(owner)) == 1
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    assert any("We found the cause." in words for words in story.said(number))


def test_a_confidential_channel_made_public_is_reported_and_replaced_by_a_private_one(story: Story) -> None:
    number = story.declare("noor", level="sev2", summary="Leaked keys", confidential=["confidential"])
    old = story.facts(number).channel_id
    story.by_hand("convert", "noor", channel=old, is_private=False)
    warning = story.direct("dana")[-1]
    assert "The channel of ESC-1, which is confidential" in warning.text
    assert "was made public by <@U01NOOR>" in warning.text
    story.press("dana", ids.PRESS_NEW_CHANNEL, on=warning)
    channels = {channel["id"]: channel for channel in story.state()["channels"]}
    assert channels[str(old)]["is_archived"]
    assert channels[str(story.facts(number).channel_id)]["is_private"]
    assert not any("Leaked keys" in message.all_text for message in story.messages(str(old), "noor"))
    assert story.members(number) >= {"noor", "dana", "ana"}
    assert parked(story) == []


def test_a_deleted_card_is_offered_again(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    card = story.card(number)
    story.control.post("member", user=USERS["maria"], is_admin=True)
    story.by_hand("join", "maria", channel=card.raw["channel"])
    story.by_hand("delete", "maria", channel=card.raw["channel"], ts=card.ts)
    for owner in ("ana", "dana"):
        (news,) = [message for message in story.direct(owner) if "the card was deleted" in message.text]
        assert news.buttons == [ids.PRESS_POST_CARD]
    update(story, "eli", number, known="We found the cause.", customer_text="We found the cause.")
    story.press("ana", ids.PRESS_POST_CARD, on=news_of(story, "ana"))
    assert ids.PRESS_POST_CARD not in news_of(story, "dana").buttons
    assert story.card(number).ts != card.ts
    assert sum("ESC-1 · Sev 2 · Acme" in message.text for message in story.messages(number)) == 1
    assert story.card(number).raw.get("pinned_to") or story.card(number).raw.get("pinned_info")
    assert parked(story) == []


@pytest.mark.parametrize("is_removed", [False, True], ids=["there", "removed by hand"])
def test_the_bookmark_of_a_card_that_is_posted_again_leads_to_it(story: Story, *, is_removed: bool) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    card = story.card(number)
    assert [ts_of(link) for link in links(story, number)] == [card.ts]
    story.control.post("member", user=USERS["maria"], is_admin=True)
    story.by_hand("join", "maria", channel=card.raw["channel"])
    story.by_hand("delete", "maria", channel=card.raw["channel"], ts=card.ts)
    if is_removed:
        story.channel(number)["bookmarks"].clear()
        story.sandbox.workspace.channels[card.raw["channel"]].bookmarks.clear()
    story.control.post("faults", method="bookmarks.edit", kind="lost", times=1)
    story.press("ana", ids.PRESS_POST_CARD, on=news_of(story, "ana"))
    story.forward(minutes=2)
    assert [ts_of(link) for link in links(story, number)] == [story.card(number).ts]
    assert parked(story) == []


def links(story: Story, number: int) -> list[str]:
    return [one["link"] for one in story.channel(number)["bookmarks"] if one["title"] == "Live card"]


def ts_of(link: str) -> str:
    digits = link.rpartition("/p")[2]
    return f"{digits[:-6]}.{digits[-6:]}"


def test_a_card_deleted_without_an_event_is_noticed_when_it_is_drawn(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    card = story.card(number)
    story.control.post("member", user=USERS["maria"], is_admin=True)
    story.by_hand("join", "maria", channel=card.raw["channel"])
    monkeypatch.setattr(App, "hears", lambda _app, _event: False)
    story.by_hand("delete", "maria", channel=card.raw["channel"], ts=card.ts)
    story.command("dana", f"ack ESC-{number}")
    assert news_of(story, "dana").buttons == [ids.PRESS_POST_CARD]
    assert parked(story) == []


def update(story: Story, who: str, number: int, **values: str) -> None:
    story.command(who, f"update ESC-{number}")
    answer = story.submit(who, **values)
    assert answer["result"] == "closed", answer


def news_of(story: Story, who: str) -> Seen:
    return [message for message in story.direct(who) if "the card was deleted" in message.text][-1]


def bot_of(story: Story) -> str:
    return str(next(app["user_id"] for app in story.state()["apps"]))


def parked(story: Story) -> list[str]:
    with story.program.services.database.transaction() as tx:
        return [f"{effect.kind}: {effect.error}" for effect in queries.parked(tx.session)]


def test_the_role_of_somebody_who_is_deactivated_passes_to_the_next(story: Story) -> None:
    first = story.declare("noor", account="Acme", level="sev1", area="exports")
    other = story.declare("noor", account="Globex", level="sev3")
    ended = story.declare("noor", account="Initech", level="sev3")
    story.command("noor", f"withdraw ESC-{ended}")
    story.submit("noor", why="mistake", reason="Not theirs.")
    holder = story.facts(first).holder(FIX_OWNER)
    assert holder == USERS["dana"]
    pages = len(story.pages("eli"))
    story.by_hand("member", "dana", deleted=True)
    for number in (first, other):
        successor = story.facts(number).holder(FIX_OWNER)
        assert successor != USERS["dana"]
        assert (
            sum("<@U01DANA> can't be reached (deactivated in Slack)" in said for said in story.said(number, "noor"))
            == 1
        )
        assert successor in {USERS[name] for name in story.members(number)}
    assert story.facts(ended).holder(FIX_OWNER) == USERS["dana"]
    ask_about(story, "dana")
    assert sum("can't be reached" in said for said in story.said(first, "noor")) == 1
    assert parked(story) == []
    assert len(story.pages("eli")) >= pages


def test_the_role_of_somebody_who_becomes_a_guest_passes_to_the_next(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]
    story.by_hand("member", "dana", is_restricted=True)
    assert story.facts(number).holder(FIX_OWNER) != USERS["dana"]
    assert sum("<@U01DANA> can't be reached" in said for said in story.said(number, "noor")) == 1
    assert parked(story) == []


def test_reopening_what_ended_in_a_lost_channel_opens_a_new_one(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    old = story.facts(number).channel_id
    story.by_hand("archive", "noor", channel=old)
    story.command("dana", f"resolve ESC-{number}")
    story.submit("dana", fixed="Restarted.", **CONFIRMED)
    story.command("dana", f"close ESC-{number}")
    story.submit("dana", summary="All good.")
    story.forward(days=3)
    assert story.facts(number).channel_archived_at is not None
    assert waiting(story) == []
    story.command("noor", f"reopen ESC-{number}")
    story.submit("noor", reason="It is back.")
    assert story.facts(number).channel_id != old
    assert any("ESC-1 reopened by" in said for said in story.said(number))
    assert parked(story) == []


def test_nobody_counts_as_gone_because_the_channel_is(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    number = story.declare("noor", account="Acme", level="sev2")
    monkeypatch.setattr(App, "hears", lambda _app, _event: False)
    story.by_hand("archive", "noor", channel=story.facts(number).channel_id)
    story.hand_over("noor", number, role=FIX_OWNER, person=USERS["eli"])
    facts = story.facts(number)
    assert facts.holder(FIX_OWNER) == USERS["eli"]
    assert not [one for one in facts.invitees if one.state is InviteState.FAILED]
    story.press("noor", ids.PRESS_NEW_CHANNEL, on=story.direct("noor")[-1])
    assert "eli" in story.members(number)


def test_the_doctor_names_lost_and_exposed_channels(story: Story) -> None:
    lost = story.declare("noor", account="Acme", level="sev2")
    hidden = story.declare("noor", level="sev2", summary="Leaked keys", confidential=["confidential"])
    story.by_hand("archive", "noor", channel=story.facts(lost).channel_id)
    story.by_hand("convert", "noor", channel=story.facts(hidden).channel_id, is_private=False)
    services = story.program.services
    said = [f.says for f in Doctor(services.database, services.directory).examine() if f.what == "channels"]
    assert said == [
        "#esc-acme-2026-03-06 of ESC-1: it was archived by hand",
        "ESC-2 is confidential, and its channel was made public by hand",
    ]


def ask_about(story: Story, who: str) -> None:
    with story.program.services.database.transaction() as tx:
        outbox.put_all(tx, None, NewEffect(EffectKind.LOOK_UP, {"who": USERS[who]}))
    story.settle()


def waiting(story: Story) -> list[str]:
    with story.program.services.database.transaction() as tx:
        unsettled = select(Effect.kind).where(Effect.state.in_(UNSETTLED), Effect.escalation_id.is_not(None))
        return [str(kind) for kind in tx.session.scalars(unsettled)]
