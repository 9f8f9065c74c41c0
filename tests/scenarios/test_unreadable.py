"""An escalation whose record can't be read is named where people look, and is not in the way of the others."""

import pytest
from sqlalchemy import literal_column, text, update

from bot.models.base import Base
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
