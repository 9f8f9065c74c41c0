"""People: what Slack says about them, and that one mistake in a file does not affect everybody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.models.account import Person
from tests.support.story import DIRECTORY, Story
from tests.support.story import story as told

TYPO = DIRECTORY.replace("slack_id: U01MARIA", "slack_id: U01MARAI")


@pytest.fixture
def mistyped(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story in which the directory names an id that Slack does not know."""
    with told(database_url, folder, directory=TYPO) as begun:
        yield begun


def people(story: Story) -> dict[str | None, str | None]:
    """Return what the bot knows of everybody, by Slack id."""
    with story.program.services.database.transaction() as tx:
        return {person.slack_id: person.name for person in tx.session.scalars(select(Person))}


def test_one_mistyped_slack_id_takes_nobody_elses_name_away(mistyped: Story) -> None:
    """The CSM is still named in the picker, and Slack is not asked again every ten minutes."""
    story = mistyped
    assert people(story)["U01ANA"] == "Ana Ruiz"
    story.settle()
    story.program.services.audit.run()
    story.settle()
    known = people(story)
    assert known["U01ANA"] == "Ana Ruiz"
    assert known["U01DANA"] == "Dana Fox"
    assert known["U01MARAI"] is None
    asked = len(story.calls("users.info"))
    story.program.services.audit.run()
    story.settle()
    assert len(story.calls("users.info")) == asked
    story.command("noor")
    offered = story.control.post("options", user="U01NOOR", block_id="account", query="Acme")
    assert "CSM Ana Ruiz" in str(offered)
