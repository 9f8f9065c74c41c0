"""The ledger of promises: what was promised, by when, and what became of it."""

import re

import pytest
from sqlalchemy import select

from bot.database import ledger
from bot.models.promises import Promise
from bot.policy.record.customer_texts import Telling, TextRoute
from bot.policy.record.promises import Audience, PromiseFacts
from bot.services.reports.export_columns import header, row
from bot.services.updates.updates import NewUpdate
from bot.views.kit import ids
from tests.support.story import Story, moment

CONFIRMED = {"confirmed_by": "Jo Smith", "confirmed_how": "call"}


def promises(story: Story, number: int, audience: Audience = Audience.CUSTOMER) -> list[PromiseFacts]:
    """Return the promises to an audience in the order in which they were made."""
    with story.program.services.database.transaction() as tx:
        mine = select(Promise).where(Promise.escalation_id == number, Promise.audience == audience)
        return [row.facts() for row in tx.session.scalars(mine.order_by(Promise.id))]


def states(story: Story, number: int, audience: Audience = Audience.CUSTOMER) -> list[str]:
    return [one.state.value for one in promises(story, number, audience)]


def update(story: Story, number: int, at: str, *, customer: bool = True) -> None:
    next_at = int(moment(at).timestamp())
    said = "We have found the cause." if customer else ""
    story.act("ana", ids.PRESS_UPDATE, number, known="x", customer_text=said, next_at=next_at)


def test_each_update_keeps_the_promise_before_it_and_makes_the_next(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    assert states(story, number) == states(story, number, Audience.INTERNAL) == ["open"]
    story.forward(minutes=20)
    update(story, number, "Fri 2026-03-06 15:45")
    first, second = promises(story, number)
    assert (first.state.value, first.by, first.owner) == ("kept", None, "U01ANA")
    assert (second.state.value, second.by, second.due_at) == ("open", "U01ANA", moment("Fri 2026-03-06 15:45"))
    story.forward(minutes=40)
    update(story, number, "Fri 2026-03-06 16:20")
    assert states(story, number) == ["kept", "late", "open"]
    assert promises(story, number)[1].late_by == moment("Fri 2026-03-06 16:00") - moment("Fri 2026-03-06 15:45")
    story.more("ana", "timeline", number)
    shown = story.form("ana").all_text
    assert "Promises to the customer: 1 of 2 updates late." in shown
    assert "15 min late" in shown
    assert "You kept 1 of 2 promised updates in the last 30 days." in story.home("ana")


def test_silence_breaks_a_promise_each_interval_also_while_nothing_runs(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=65)
    assert states(story, number) == ["broken", "open"]
    story.outage(hours=5)
    story.settle()
    assert states(story, number) == ["broken"] * 11 + ["open"]
    update(story, number, "Fri 2026-03-06 21:20")
    assert states(story, number) == ["broken"] * 11 + ["late", "open"]
    assert all(one.answered_at == moment("Fri 2026-03-06 21:05") for one in promises(story, number)[:-1])
    story.more("ana", "timeline", number)
    assert "5 min late, after 11 missed" in story.form("ana").all_text


def times_of(story: Story, number: int) -> list[str]:
    """Return the names of the times on the card, in order."""
    (shown,) = [block["fields"] for block in story.card(number).raw["blocks"] if "fields" in block]
    names = [field["text"].split("*")[1] for field in shown]
    return [name for name in names if name in ("Acknowledge", "Resolve") or "update" in name]


def test_the_card_shows_three_times_and_the_update_that_is_due_first(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    assert times_of(story, number) == ["Acknowledge", "Next update", "Resolve"]
    assert "_Customer and internal_" in story.card(number).all_text
    story.forward(minutes=10)
    update(story, number, "Fri 2026-03-06 15:40", customer=False)
    assert times_of(story, number) == ["Acknowledge", "Next customer update", "Resolve"]
    assert "Internal update: <!date^" in story.card(number).markup, "it runs too, and stands in the last lines"
    assert states(story, number, Audience.INTERNAL) == ["kept", "open"]
    assert states(story, number) == ["open"]


@pytest.mark.both_databases
def test_a_change_of_level_moves_a_promise_and_an_edit_does_too(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    assert promises(story, number)[0].due_at == moment("Fri 2026-03-06 12:00")
    story.menu("maria", "level", number, level="sev1", reason="It spreads.")
    (moved,) = promises(story, number)
    assert (moved.due_at, moved.first_due_at) == (moment("Fri 2026-03-06 10:30"), moment("Fri 2026-03-06 12:00"))
    update(story, number, "Fri 2026-03-06 10:30")
    story.menu("ana", "update", number, next_at=int(moment("Fri 2026-03-06 10:20").timestamp()))
    assert [one.first_due_at for one in promises(story, number)][-1] == moment("Fri 2026-03-06 10:30")
    assert states(story, number) == ["kept", "open"]


@pytest.mark.both_databases
def test_a_resolution_lifts_what_is_not_due_and_undoing_it_opens_that_again(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 15:00")
    story.act("ana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED)
    assert states(story, number) == ["lifted"]
    before = promises(story, number)[0].due_at
    story.press("ana", ids.PRESS_UNDO, on=story.find(number, "Resolved by"))
    (again,) = promises(story, number)
    assert (again.state.value, again.due_at, again.settled_at) == ("open", before, None)
    story.skip(days=5)
    story.menu("ana", "withdraw", number, why="mistake", reason="A mistake.")
    assert "lifted" not in states(story, number)
    record = next(iter(story.program.services.export.batches())).records[0]
    cells = dict(zip(header(), row(record), strict=True))
    assert cells["promises_broken"] == "", "what was withdrawn counts in no figure"


def test_reopening_promises_anew_and_the_export_counts_all(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 15:00")
    update(story, number, "Mon 2026-03-09 12:00")
    story.act("ana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED)
    story.skip_to("Mon 2026-03-09 16:00")
    story.act("ana", ids.PRESS_REOPEN, number, reason="It's back.")
    assert states(story, number) == ["kept", "lifted", "open"]
    story.skip_to("Tue 2026-03-10 17:00")
    record = next(iter(story.program.services.export.batches())).records[0]
    cells = dict(zip(header(), row(record), strict=True))
    assert (cells["promises_kept"], cells["promises_late"], cells["promises_broken"]) == ("1", "0", "1")
    assert [entry["state"] for entry in record.tables["promises"] if entry["audience"] == "customer"]


def test_a_promise_that_is_missing_in_the_ledger_is_added(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    with story.program.services.database.transaction() as tx:
        for row in tx.session.scalars(select(Promise)):
            tx.session.delete(row)
    with story.program.services.records.changing(number, by="U01ANA") as change:
        ledger.catch_up(change)
    assert states(story, number) == ["open"]


@pytest.mark.both_databases
def test_what_was_said_before_it_was_noted_counts_from_when_it_was_said(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=75)
    assert states(story, number) == ["broken", "open"]
    told = Telling(route=TextRoute.PHONE, told_at=moment("Fri 2026-03-06 15:40"))
    said = NewUpdate(note="", customer_text="It's better.", next_at=moment("Fri 2026-03-06 16:30"), telling=told)
    story.program.services.updates.post(number, said, by="U01ANA", request="V1")
    assert states(story, number) == ["late", "lifted", "open"]
    assert promises(story, number)[0].late_by == moment("Fri 2026-03-06 15:40") - moment("Fri 2026-03-06 15:30")


def test_card_status_list_and_digest_say_how_we_kept_our_word(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Mon 2026-03-09 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="We are looking into it.")
    assert " · 1 of 1 update kept" in story.card(number).all_text
    assert " · 1 of 1 update kept" in str(story.command("noor", f"status ESC-{number}")["ack"])
    assert "updates missed" not in str(story.command("noor", "list")["ack"])
    story.skip(hours=5)
    assert re.search(r":exclamation: Overdue since .* · 2 of 3 updates missed", story.card(number).all_text)
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="Still looking into it.")
    for words in (f"status ESC-{number}", "list"):
        assert re.search(r" · 1 of \d updates late, \d missed", str(story.command("noor", words)["ack"])), words
    story.skip_to("Tue 2026-03-10 09:30")
    digest = [message for message in story.direct("maria") if "Your team" in message.text][-1]
    assert "promised updates in the last 30 days" in digest.all_text
