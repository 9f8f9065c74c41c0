"""People: what Slack says about them, and that one mistake in a file does not affect everybody else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.database.profiles import learn
from bot.models.account import Person
from bot.models.pages import Page
from bot.models.people import Participant, Slot
from bot.policy.members import MemberType
from bot.policy.record.escalation import FIX_OWNER
from bot.ports.workspace import Profile
from bot.services.paging.page_links import link_to
from tests.support.story import DIRECTORY, USERS, Story
from tests.support.story import story as told

DANA = Profile(
    "U01DANA", "Dana Fox", "dana@example.com", "Europe/Berlin", is_active=True, member_type=MemberType.MEMBER
)
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


def test_a_page_to_somebody_known_by_email_is_theirs_once_slack_says_who_they_are(story: Story) -> None:
    """It passes on when they leave, as any page does, and the link in their mail still answers it."""
    number = story.declare("noor", account="Acme", level="sev1", area="exports")
    with story.program.services.database.transaction() as tx:  # as if Slack had not said yet who she is
        for table in (Slot, Participant, Page):
            tx.session.execute(update(table).where(table.person == USERS["dana"]).values(person="dana@example.com"))
        [page] = tx.session.scalars(select(Page).where(Page.ended_at.is_(None)))
        link = link_to(page.facts(), number, "mail", tx.real_now)
    with story.program.services.database.transaction() as tx:
        learn(tx, "dana@example.com", DANA)
    assert [page.person for page in story.facts(number).pages if not page.ended] == [USERS["dana"]]
    assert story.program.services.page_links.look(link).page.person == USERS["dana"]
    story.by_hand("member", "dana", deleted=True)
    successor = story.facts(number).holder(FIX_OWNER)
    assert successor != USERS["dana"]
    assert [page.person for page in story.facts(number).pages if not page.ended] == [successor]
