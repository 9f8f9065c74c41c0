"""A link to a ticket or to a customer's record shows what everybody in the channel may know, and nothing else."""

from typing import Any

import pytest
from sqlalchemy import delete

from bot.models.account import Person
from bot.models.escalation import Escalation
from bot.scheduler.effects import link_previews
from bot.views.kit import ids
from tests.support.story import USERS, Story

TICKET = "https://tickets.example.com/T-7"
RECORD = "https://crm.example.com/acme"


def post(story: Story, who: str, text: str, channel: str = "general") -> str:
    """Write a message, let the bot hear of it, and return its time."""
    ts: str = story.control.post("message", user=USERS[who], channel=channel, text=text)["ts"]
    story.run(story.sandbox.courier.idle())
    story.settle()
    return ts


def previews(story: Story, ts: str, channel: str = "general", who: str = "noor") -> str:
    """Return the previews below a message."""
    found = next(each for each in story.messages(channel, who) if each.ts == ts)
    attachments: list[dict[str, Any]] = found.raw.get("attachments") or []
    return str([each["blocks"] for each in attachments])


def link_ticket(story: Story, number: int) -> None:
    story.more("noor", "ticket", number)
    story.submit("noor", number="T-7", url=TICKET)


@pytest.fixture
def linked(story: Story) -> Story:
    """Return a story of a customer with a record, and of an escalation with a ticket."""
    story.program.services.account_import.load(f"name,crm_url\nAcme,{RECORD}\n".encode(), "accounts.csv")
    story.settle()
    story.declare("noor", account="Acme", level="sev2", summary="Exports are slow")
    link_ticket(story, 1)
    return story


@pytest.mark.both_databases
def test_a_ticket_and_an_account_are_previewed_once_and_taken_back_when_it_becomes_confidential(linked: Story) -> None:
    ts = post(linked, "noor", f"See {TICKET}/#notes and {RECORD}?x=1 and {RECORD}/ please")
    said = previews(linked, ts)
    assert said.count("Sev 2 · Acme") == 2
    assert "Exports are slow" not in said
    assert "As of" in said
    linked.declare("noor", account="Acme", level="sev4", summary="A wrong colour")
    ts_two = post(linked, "noor", RECORD)
    assert "*Acme* · 2 escalations" in previews(linked, ts_two)
    assert len(linked.calls("chat.unfurl")) == 2
    linked.menu("maria", "category", 1, confidential=["confidential"])
    for each in (ts, ts_two):
        assert "Acme" not in previews(linked, each)
        assert "This preview is gone." in previews(linked, each)
    ts = post(linked, "noor", f"{TICKET} {RECORD}")
    assert "Sev 4 · Acme" in previews(linked, ts), "one of the two is open to all"
    assert "Sev 2" not in previews(linked, ts)


def test_where_it_must_not_be_read_no_link_is_previewed(linked: Story) -> None:
    assert previews(linked, post(linked, "noor", "https://tickets.example.com/T-8 https://other.example/T-7")) == "[]"
    number = linked.facts(1).channel_id
    assert number is not None
    assert previews(linked, post(linked, "noor", TICKET, number), number) == "[]", "the card is there"
    together = linked.control.post("create", user=USERS["noor"], name="with-partner")["channel"]
    linked.control.post("invite", user=USERS["noor"], channel=together, users=[USERS["omar"]])
    assert "Sev 2" in previews(linked, post(linked, "noor", TICKET, together), together)
    linked.by_hand("member", "omar", is_restricted=True)
    assert previews(linked, post(linked, "noor", TICKET, together), together) == "[]", "a guest reads it"
    assert previews(linked, post(linked, "omar", TICKET, together), together) == "[]"
    hidden = linked.control.post("create", user=USERS["noor"], name="hidden", is_private=True)["channel"]
    assert previews(linked, post(linked, "noor", TICKET, hidden), hidden) == "[]"
    assert [call["error"] for call in linked.calls("conversations.members")][-1] is not None


def forget(story: Story, *people: str) -> None:
    """Forget people, as if they had never been met."""
    with story.program.services.database.transaction() as tx:
        tx.session.execute(delete(Person).where(Person.slack_id.in_([USERS[who] for who in people])))


def test_whom_nobody_has_met_is_asked_about_before_anything_is_shown(linked: Story) -> None:
    together = linked.control.post("create", user=USERS["noor"], name="with-partner")["channel"]
    linked.control.post("invite", user=USERS["noor"], channel=together, users=[USERS["omar"]])
    forget(linked, "omar")
    asked = len(linked.calls("users.info"))
    assert "Sev 2" in previews(linked, post(linked, "noor", TICKET, together), together), "he is a member"
    assert len(linked.calls("users.info")) > asked
    asked = len(linked.calls("users.info"))
    assert "Sev 2" in previews(linked, post(linked, "noor", TICKET, together), together)
    assert len(linked.calls("users.info")) == asked, "asked once"
    forget(linked, "omar")
    linked.by_hand("member", "omar", is_restricted=True)
    forget(linked, "omar")
    assert previews(linked, post(linked, "noor", TICKET, together), together) == "[]", "a guest who was never met"
    forget(linked, "omar")
    linked.control.post("faults", method="users.info", kind="error", error="user_not_visible", times=1)
    assert previews(linked, post(linked, "noor", TICKET, together), together) == "[]", "nobody says who he is"


def test_where_many_were_never_met_they_are_known_for_the_next_link(
    linked: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_previews, "_MOST_ASKED", 1)
    forget(linked, "omar", "ana", "eli")
    assert previews(linked, post(linked, "noor", TICKET)) == "[]"
    assert "Sev 2" in previews(linked, post(linked, "noor", TICKET))


def test_what_slack_refuses_or_loses_costs_a_preview_only(linked: Story) -> None:
    linked.control.post("faults", method="chat.unfurl", kind="error", error="cannot_unfurl_url", times=1)
    assert previews(linked, post(linked, "noor", TICKET)) == "[]"
    linked.control.post("faults", method="chat.unfurl", kind="lost", times=1)
    assert "Sev 2" in previews(linked, post(linked, "noor", TICKET)), "tried again after a lost answer"
    linked.control.post("faults", method="chat.unfurl", kind="error", error="missing_scope", times=1)
    assert previews(linked, post(linked, "noor", TICKET)) == "[]"
    linked.press("dana", ids.PRESS_ACKNOWLEDGE, on=linked.card(1))
    assert linked.facts(1).is_acknowledged


def test_what_became_confidential_before_a_lost_answer_is_settled_is_taken_back(linked: Story) -> None:
    linked.control.post("faults", method="chat.unfurl", kind="lost", times=1)
    ts: str = linked.control.post("message", user=USERS["noor"], channel="general", text=TICKET)["ts"]
    linked.run(linked.sandbox.courier.idle())
    linked.deliver_now()
    assert "Sev 2 · Acme" in previews(linked, ts), "shown, though we don't know it"
    with linked.program.services.database.transaction() as tx:
        found = tx.session.get(Escalation, 1)
        assert found is not None
        found.is_private = True
    linked.settle()
    assert "Acme" not in previews(linked, ts)
    assert "This preview is gone." in previews(linked, ts)


def test_an_event_that_comes_twice_and_two_replicas_show_one_preview(linked: Story) -> None:
    linked.join_by_another()
    linked.control.post("faults", delivery="events_api:link_shared", kind="duplicate", times=1)
    ts = post(linked, "noor", f"{TICKET} {TICKET}")
    assert previews(linked, ts).count("Sev 2 · Acme") == 1
    late: str = linked.control.post("message", user=USERS["noor"], channel="general", text=TICKET)["ts"]
    linked.run(linked.sandbox.courier.idle())
    linked.outage(minutes=11)
    assert previews(linked, late) == "[]", "the talk has moved on"
