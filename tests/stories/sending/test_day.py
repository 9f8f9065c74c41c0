"""A day of a Sev 1 as the customer reads it: every mail, in order, in one thread, without a word of ours.

`WRITE_GOLDEN=1` writes the mails anew; they are read before they are committed.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.stories.confirming.conftest import PUBLIC, path_in
from tests.stories.mail.conftest import MailStory
from tests.stories.sending.conftest import JO, begun
from tests.stories.sending.test_replies import answer
from tests.support.mail_server import Delivered
from tests.support.story import USERS, Story

GOLDEN = Path(__file__).parent / "golden" / "day.txt"
INSIDE = ("#esc-", "slack.com", "archives", "Dana", "rollback", "Sev 1 ·", "&lt;@", "escalation")
_OF_US = "Restarted 3 pods by hand, a rollback of #4711 is next."


@pytest.fixture
def linked(sqlite_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story that sends, with a public address for links."""
    yield from begun(sqlite_url, folder, public_url=PUBLIC)


def test_the_customer_reads_one_conversation_from_the_acknowledgement_to_how_it_went(linked: MailStory) -> None:
    story = linked.story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00", summary="Exports are down")
    story.forward(minutes=4)
    _from(story, number, None, {"[check: Exports are down]": "new exports fail since 9:40 AM"})
    story.forward(minutes=27)
    _from(story, number, "investigating", {})
    story.forward(minutes=12)
    answer(linked)
    story.forward(minutes=10)
    _from(story, number, "status", _status("we found the cause", "We're taking the change back"))
    story.forward(minutes=25)
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    _from(story, number, "status", _status("they work again since 11:15 AM", "We're watching them"))
    story.forward(minutes=22)
    _ask(story, number, "exports run again")
    story.forward(minutes=5)
    story.browse("POST", path_in(linked.mails(JO)[-1]), answer="not yet", words="One export of last night is missing.")
    story.settle()
    assert "One export of last night is missing." in story.last(number).all_text
    story.forward(minutes=2)
    _from(story, number, "status", _status("one of last night is still missing", "We're running it again"))
    story.forward(minutes=20)
    # The question says what was fixed: an update that asks the same would be a second mail about it.
    _ask(story, number, "last night's export is there, too")
    story.browse("POST", path_in(linked.mails(JO)[-1]), answer="yes", words="")
    story.settle()
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test exports", "action_owner": USERS["eli"]}
    resolved = story.act(
        "dana", ids.PRESS_RESOLVE, number, fixed="The queue has a limit.", cause="No limit", **reviewed
    )
    assert resolved["result"] == "closed"
    story.menu("dana", "review", number, finished_on="2026-03-06")
    assert story.act("dana", ids.PRESS_CLOSE, number, summary="Exports work.")["result"] == "closed"
    assert story.facts(number).status is Status.CLOSED
    story.browse("POST", path_in(linked.mails(JO)[-1]), answer="4", words="Quick answers.")
    assert story.facts(number).rating is not None
    assert " · 7 of 7 updates kept" in story.card(number).all_text
    _read_as_the_customer(linked.mails(JO))


def _status(changed: str, doing: str) -> dict[str, str]:
    """Return what fills the brackets of the status."""
    return {
        "[check: Exports are down]": "Exports",
        "[what has changed since the last update]": changed,
        "[What we're doing now]": doing,
    }


def _from(story: Story, number: int, template: str | None, filled: dict[str, str]) -> None:
    """Send what the form offers, with the brackets filled in."""
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    if template is not None:
        story.choose("ana", ids.PICK_TEMPLATE, template)
    words = str(story.form("ana").question("customer_text")["element"]["initial_value"])
    for bracket, said in filled.items():
        words = words.replace(bracket, said)
    answered = story.submit("ana", customer_text=words, known=_OF_US)
    assert answered["result"] == "closed", answered


def _ask(story: Story, number: int, fixed: str) -> None:
    """Ask the customer whether it is solved."""
    story.more("ana", "confirm", number)
    words = str(story.form("ana").question("words")["element"]["initial_value"])
    assert story.submit("ana", words=words.replace("[what we fixed]", fixed))["result"] == "closed"


def _read_as_the_customer(mails: list[Delivered]) -> None:
    told = "\n".join(_drawn(mail) for mail in mails)
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(told, encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == told
    for mail in mails:
        assert "ESC-1" in mail.text + str(mail.message["Subject"])
        for inside in INSIDE:
            assert inside not in mail.text + mail.html
    for place, mail in enumerate(mails[1:], start=1):
        assert mail.message["In-Reply-To"] in {one.message["Message-ID"] for one in mails[:place]}, "one thread"


def _drawn(mail: Delivered) -> str:
    heads = "\n".join(f"{name}: {mail.message[name]}" for name in ("From", "To", "Cc", "Subject") if mail.message[name])
    text = re.sub(rf"{re.escape(PUBLIC)}/l/\S+", f"{PUBLIC}/l/…", mail.text)
    return f"{heads}\n\n{text.strip()}\n\n{'-' * 72}"
