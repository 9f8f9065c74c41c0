"""An escalation whose record can't be read is named where people look, and is not in the way of the others."""

from typing import Any

import pytest
from sqlalchemy import literal_column, text, update

from bot.metrics import REGISTRY
from bot.models.base import Base
from bot.policy.model.rules import Policy
from bot.policy.plan import digest as policy_digest
from bot.policy.record.escalation import EscalationFacts
from bot.services.operator import broken_rows
from bot.views.kit import ids, labels
from bot.views.overview import digest, listing
from tests.support.story import USERS, Story


@pytest.mark.parametrize("column", ["level", "status"])
def test_an_escalation_that_cannot_be_read_is_named_in_the_list_and_on_home(
    sqlite_story: Story, defects: list[str], column: str
) -> None:
    story = sqlite_story
    broken = story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    sound = story.declare(account="Globex")
    hidden = story.declare(account="Initech")
    with story.program.services.database.transaction() as tx:
        for number in (broken, hidden):
            values = {column: literal_column("'no such word'"), "is_private": number == hidden}
            tx.session.execute(update(Base.metadata.tables["escalation"]).where(text(f"id = {number}")).values(values))
    story.restart()
    says = f"ESC-{broken} can't be read. Ask an admin to run `escalate doctor`."
    listed = str(story.command("noor", "list"))
    assert says in listed.replace("\\'", "'")
    assert f"ESC-{sound}" in listed
    assert f"ESC-{hidden}" not in listed, "what is confidential is named to nobody"
    home = story.home("noor").replace("\\'", "'")
    assert says in home
    assert f"ESC-{sound}" in home
    assert f"ESC-{hidden}" not in home
    asked = str(story.command("noor", f"status ESC-{broken}")).replace("\\'", "'")
    assert says in asked
    assert "Globex" in str(story.command("noor", "status Globex"))
    defects.clear()


URL = "https://sample.example/"
_MOVES = ("status", "ack", "update", "mitigate", "resolve", "close", "reopen")
VERBS = (*_MOVES, "level", "owner", "review", "waive", "withdraw", "facts", "verify")


def answer(story: Story, who: str, command: str) -> str:
    """Return what somebody sees of a command: the answer, the form that opens, and their direct messages."""
    told = len(story.direct(who))
    shown = str(story.command(who, command))
    if story.has_form(who):
        shown += story.form(who).all_text
        story.close_form(who)
    return (shown + "".join(message.all_text for message in story.direct(who)[told:])).replace("\\'", "'")


def break_level(story: Story, *numbers: int) -> None:
    with story.program.services.database.transaction() as tx:
        table = Base.metadata.tables["escalation"]
        tx.session.execute(update(table).where(table.c.id.in_(numbers)).values(level="bogus"))


def test_a_verb_with_an_account_says_that_its_only_escalation_cannot_be_read(story: Story, defects: list[str]) -> None:
    broken = story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    sound = story.declare(account="Globex")
    break_level(story, broken)
    for verb in VERBS:
        for named in ("Acme", f"ESC-{broken}"):
            said = answer(story, "ana", f"{verb} {named}")
            assert f"ESC-{broken} can't be read. Ask an admin to run `escalate doctor`." in said, (verb, named, said)
    assert "You acknowledged" in answer(story, "ana", "ack Globex")
    assert story.facts(sound).is_acknowledged
    assert not any(event.startswith("request failed") for event in defects)
    defects.clear()


def test_an_account_of_which_several_cannot_be_read_is_listed_with_their_names(
    sqlite_story: Story, defects: list[str]
) -> None:
    story = sqlite_story
    numbers = [story.declare(account="Acme", at="Fri 2026-03-06 10:00"), story.declare(account="Acme")]
    break_level(story, *numbers)
    said = answer(story, "ana", "status Acme")
    assert f"ESC-{numbers[0]}, ESC-{numbers[1]} can't be read. Ask an admin to run `escalate doctor`." in said
    defects.clear()


def test_what_is_confidential_and_cannot_be_read_is_not_there_for_others(story: Story, defects: list[str]) -> None:
    broken = story.declare("noor", level="sev3", confidential=["confidential"])
    there = f"ESC-{broken} can't be read. Ask an admin to run `escalate doctor`."
    break_level(story, broken)
    for verb in VERBS:
        said = answer(story, "omar", f"{verb} ESC-{broken}")
        assert there not in said, verb
        assert f"There is no ESC-{broken}." in said, (verb, said)
        assert there in answer(story, "noor", f"{verb} ESC-{broken}"), verb
    defects.clear()


def test_a_major_incident_ends_though_one_of_its_escalations_cannot_be_read(
    sqlite_story: Story, defects: list[str]
) -> None:
    story = sqlite_story
    numbers = [story.declare(account=account, at="Fri 2026-03-06 10:00") for account in ("Acme", "Globex")]
    story.more("dana", "incident", numbers[0])
    story.submit("dana", title="Sign-in is down", escalations=[str(number) for number in numbers])
    break_level(story, numbers[0])
    story.command("eli", "incident")
    story.choose("eli", ids.PRESS_INCIDENT_OVER, "1")
    assert story.submit("eli", fixed="The certificate was renewed.")["result"] == "closed"
    assert "The certificate was renewed." in story.last(numbers[1]).text
    defects.clear()


OUTSIDE = [
    ("escalation", "customer_update_due_at", "0001-01-01 00:00:00"),
    ("escalation", "declared_at", "9999-12-31 23:59:59.999999"),
    ("page", "exhausted_at", "9999-12-31 23:59:59.999999"),
    ("escalation", "problems", '{"messages": [1]}'),
]


def write(story: Story, table: str, column: str, value: str, number: int) -> None:
    """Write an invalid value into the row of an escalation."""
    owner = "id" if table == "escalation" else "escalation_id"
    is_sqlite = story.program.services.database.is_sqlite
    written = f"'{value}'" if is_sqlite or column == "problems" else f"'{value}+00'"
    with story.program.services.database.transaction() as tx:
        statement = f"UPDATE {table} SET {column} = {written} WHERE {owner} = {number}"  # noqa: S608 - our own words
        tx.session.execute(text(statement.replace(":", "\\:")))


@pytest.mark.both_databases
def test_one_date_or_json_that_nobody_can_draw_costs_only_its_own_escalation(story: Story, defects: list[str]) -> None:
    sound = story.declare(account="Globex", at="Fri 2026-03-06 10:00")
    broken = [story.declare(account=f"Acme {place}") for place in range(len(OUTSIDE))]
    for number, (table, column, value) in zip(broken, OUTSIDE, strict=True):
        write(story, table, column, value, number)
    story.restart()
    for seen in (str(story.command("noor", "list")), story.home("noor")):
        assert f"ESC-{sound}" in seen
        for number in broken:
            assert f"ESC-{number}" in seen.partition("can't be read")[0].replace("\\'", "'")
    for number in broken:
        assert f"ESC-{number} can't be read. Ask an admin" in answer(story, "ana", f"status ESC-{number}")
    services = story.program.services
    named = broken_rows.found(services.database, services.policies)
    for number, (table, column, _) in zip(broken, OUTSIDE, strict=True):
        start = "ESC" if table == "escalation" else table
        mine = [why for place, why in named.items() if place.endswith(f"ESC-{number}") and place.startswith(start)]
        assert any(column in why for why in mine), named
    found = services.digests.compose(USERS["maria"])
    assert sound in [line.facts.number for line in found.lines]
    assert set(broken) <= set(found.unreadable)
    assert all(f"ESC-{number}" in str(digest.draw(found, URL).blocks) for number in (sound, *broken))
    defects.clear()


def test_a_major_incident_of_an_impossible_year_is_left_out(sqlite_story: Story, defects: list[str]) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    for title in ("Sign-in is down", "Exports are down"):
        story.command("dana", "incident")
        story.submit("dana", title=title, escalations=[str(number)])
    with story.program.services.database.transaction() as tx:
        tx.session.execute(text("UPDATE incident SET since = '0001-01-01 00:00:00' WHERE id = 1"))
    said = answer(story, "eli", "incident")
    assert "Exports are down" in said
    assert "Sign-in is down" not in said
    defects.clear()


def test_whatever_goes_wrong_with_one_line_costs_that_line_alone(
    sqlite_story: Story, defects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    story = sqlite_story
    bad, good = (story.declare(account=account, at="Fri 2026-03-06 10:00") for account in ("Acme", "Globex"))
    title, line = labels.title, policy_digest.line

    def failing(facts: EscalationFacts, policy: Policy) -> str:
        if facts.number == bad:
            raise ZeroDivisionError
        return title(facts, policy)

    monkeypatch.setattr(labels, "title", failing)
    shown = f"ESC-{bad} can't be shown. Ask an admin to run `escalate doctor`."
    before = REGISTRY.get_sample_value("escalate_not_drawn_total") or 0
    listed = answer(story, "noor", "list")
    assert len(defects) == 1
    assert "ZeroDivisionError" in defects[0]
    assert REGISTRY.get_sample_value("escalate_not_drawn_total") == before + 1
    services = story.program.services
    composed = services.digests.compose(USERS["maria"])
    for seen in (listed, story.home("noor").replace("\\'", "'"), digest.draw(composed, URL).blocks):
        assert shown in str(seen).replace("\\'", "'")
        assert "Globex" in str(seen)
    named = broken_rows.found(services.database, services.policies, listing.draw_everywhere)
    assert named == {f"ESC-{bad}": "ZeroDivisionError()"}

    def no_line(facts: EscalationFacts, *rest: Any) -> policy_digest.DigestLine:
        if facts.number == bad:
            raise OverflowError
        return line(facts, *rest)

    monkeypatch.setattr(policy_digest, "line", no_line)
    composed = services.digests.compose(USERS["maria"], limit=1)
    assert composed.unreadable == (bad,)
    assert composed.is_wanted, "what can't be read keeps no digest back"
    assert good in [one.facts.number for one in services.digests.compose(USERS["maria"]).lines]
    defects.clear()
