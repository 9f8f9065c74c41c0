"""An escalation becomes an account programme: nothing is lost, nothing is there twice."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.models.escalation import Escalation
from bot.models.intake import IntakeFact
from bot.models.mails import MailThread
from bot.models.promises import Promise
from bot.models.timeline import TimelineEntry
from bot.policy.record.escalation import FIX_OWNER, Status
from bot.policy.record.promises import Audience, PromiseState
from bot.views.kit import ids
from tests.stories.programmes.proposing import accept
from tests.support.every_form import PROPOSAL
from tests.support.story import USERS, Story, moment

SAID = {name: value for name, value in PROPOSAL.items() if name not in ("account", "summary", "level")}


def begin(story: Story, who: str, number: int) -> None:
    """Open the form that makes a programme from an escalation, with all of its questions."""
    story.more(who, "account", number)
    story.press_in_form(who, ids.MORE_PROPOSAL)


def make(story: Story, who: str, number: int, **said: Any) -> dict[str, Any]:
    begin(story, who, number)
    return story.submit(who, **{**SAID, **said})


def promises(story: Story, number: int) -> list[tuple[PromiseState, Any]]:
    with story.program.services.database.transaction() as tx:
        mine = (Promise.escalation_id == number, Promise.audience == Audience.CUSTOMER)
        return [
            (row.state, row.due_at) for row in tx.session.scalars(select(Promise).where(*mine).order_by(Promise.id))
        ]


def events(story: Story, number: int) -> list[tuple[str, Any]]:
    with story.program.services.database.transaction() as tx:
        mine = select(TimelineEntry).where(TimelineEntry.escalation_id == number).order_by(TimelineEntry.id)
        return [(row.event, row.after) for row in tx.session.scalars(mine)]


@pytest.mark.both_databases
def test_everything_is_carried_over_and_the_customer_is_owed_once(story: Story) -> None:
    issue = story.declare(level="sev2", summary="Exports are down", area="exports")
    story.more("noor", "ticket", issue)
    story.submit("noor", number="SUP-4711", url="https://tickets.example/4711")
    story.menu("noor", "people", issue, people=[USERS["omar"]])
    story.details("ana", issue, **{"customer.name": "Jo Park"})
    story.act("ana", ids.PRESS_UPDATE, issue, known="On it.", customer_text="We are on it.")
    due_at = story.facts(issue).customer_update_due_at
    with story.program.services.database.transaction() as tx:
        thread = {"about": f"ESC-{issue}", "address": "jo@acme.example", "team": "", "for_customer": True}
        tx.session.add(MailThread(escalation_id=issue, token="t1", first_mail="a", latest_mail="b", **thread))
    begin(story, "noor", issue)
    assert "ESC-1" in story.form("noor").all_text
    assert story.submit("noor", **SAID)["result"] == "closed"
    number = issue + 1
    # Until somebody accepts it, the escalation goes on as before.
    assert story.facts(issue).customer_update_due_at == due_at
    assert accept(story)["result"] == "closed"
    before, after = story.facts(issue), story.facts(number)
    assert (after.account, after.made_from, before.programme, before.carried_to) == (
        before.account,
        issue,
        number,
        number,
    )
    assert after.ticket == before.ticket
    assert after.holder(FIX_OWNER) == before.holder(FIX_OWNER)
    assert story.members(issue) <= story.members(number)
    assert (after.customer_update_due_at, before.customer_update_due_at) == (due_at, None)
    assert promises(story, issue)[-1] == (PromiseState.LIFTED, due_at)
    assert promises(story, number)[-1] == (PromiseState.OPEN, due_at)
    assert ("made from", {"key": "ESC-1"}) in events(story, number)
    assert ("programme proposed", {"programme": "ESC-2"}) in events(story, issue)
    assert "made this from ESC-1: Exports are down" in story.find(number, ":arrow_up:").text
    assert "proposed this as an account escalation: ESC-2" in story.find(issue, ":arrow_up:").text
    assert f"Part of account programme ESC-{number}" in story.card(issue).all_text
    with story.program.services.database.transaction() as tx:
        assert tx.session.get(IntakeFact, (number, "customer.name")) is not None
        mine = select(MailThread).where(MailThread.about == f"ESC-{number}")
        carried = tx.session.scalars(mine).one()
        assert (carried.first_mail, carried.latest_mail) == ("a", "b")
        assert carried.token != "t1"
    assert story.card(number).button(ids.PRESS_FACTS)["text"]["text"] == "Details 1/15"
    # A change of its severity owes the customer nothing on its own.
    story.menu("maria", "level", issue, level="sev1", reason="Their launch day")
    assert story.facts(issue).customer_update_due_at is None
    assert "account" not in [option["value"].split(":")[1] for option in menu(story, issue)]


def menu(story: Story, number: int) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = story.card(number).button(ids.PICK_MORE)["options"]
    return options


def test_when_the_programme_ends_the_escalation_owes_its_customer_again(story: Story) -> None:
    issue = story.declare(level="sev2")
    make(story, "maria", issue)
    number = issue + 1
    assert story.facts(number).has_begun
    assert story.facts(issue).customer_update_due_at is None
    story.menu("maria", "withdraw", number, why="mistake", reason="It is one bug only.")
    facts = story.facts(issue)
    assert facts.carried_to is None
    assert facts.customer_update_due_at is not None
    # It can become one again.
    make(story, "maria", issue)
    assert story.facts(number + 1).made_from == issue


def test_a_declined_one_changes_nothing(story: Story) -> None:
    issue = story.declare(level="sev2")
    due_at = story.facts(issue).customer_update_due_at
    make(story, "noor", issue)
    story.more("eli", "account", issue)
    assert "belongs to a programme already" in story.form("eli").all_text
    story.press("maria", ids.PRESS_DECLINE, on=story.direct("maria")[-1])
    story.submit("maria", reason="One bug only.")
    facts = story.facts(issue)
    assert (facts.programme, facts.carried_to, facts.customer_update_due_at) == (None, None, due_at)
    assert story.facts(issue + 1).status is Status.CLOSED


@pytest.mark.both_databases
def test_two_who_ask_at_once_get_one(story: Story) -> None:
    issue = story.declare(level="sev2")
    begin(story, "noor", issue)
    begin(story, "eli", issue)
    assert story.submit("noor", **SAID)["result"] == "closed"
    answer = story.submit("eli", **SAID)
    assert "ESC-2" in str(answer) or answer["result"] == "closed"
    made = [row for row in range(1, 5) if exists(story, row)]
    assert made == [1, 2]


def exists(story: Story, number: int) -> bool:
    with story.program.services.database.transaction() as tx:
        return tx.session.get(Escalation, number) is not None


def test_a_confidential_one_stays_confidential(story: Story) -> None:
    issue = story.declare("ana", level="sev2", category="legal_compliance", summary="A letter from a lawyer")
    assert story.facts(issue).is_private
    begin(story, "ana", issue)
    assert "confidential" not in story.form("ana").inputs
    story.submit("ana", **SAID)
    number = issue + 1
    assert story.facts(number).is_private
    accept(story)
    assert story.channel(number)["is_private"]
    assert story.facts(issue).customer_update_due_at is None, "its programme owes the customer"
    assert "lawyer" not in str(story.command("eli", "list"))


def test_a_programme_that_is_made_confidential_is_not_named_where_others_read(story: Story) -> None:
    issue = story.declare(level="sev2")
    due_at = story.facts(issue).customer_update_due_at
    make(story, "maria", issue, confidential=["confidential"])
    number = issue + 1
    assert story.facts(number).is_private
    assert f"ESC-{number}" not in str(story.said(issue))
    assert ("programme proposed", {"programme": f"ESC-{number}"}) not in events(story, issue)
    assert story.facts(issue).customer_update_due_at == due_at
    assert moment("Fri 2026-03-06 10:00") == story.clock.at
