"""An escalation whose record can't be read is named where people look, and is not in the way of the others."""

import pytest
from sqlalchemy import literal_column, text, update

from bot.models.base import Base
from bot.views.kit import ids
from tests.support.story import Story


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


_MOVES = ("status", "ack", "update", "mitigate", "resolve", "close", "reopen")
VERBS = (*_MOVES, "level", "owner", "review", "waive", "withdraw", "facts", "verify")


def answer(story: Story, who: str, command: str) -> str:
    """Return what somebody sees of a command: the answer, the form that opens, and what they are told directly."""
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
    assert "You have acknowledged" in answer(story, "ana", "ack Globex")
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
