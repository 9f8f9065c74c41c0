"""Hostile texts: whatever people type is shown whole, pings nobody, and stops nothing."""

import re
from typing import Any

import pytest

from bot.database import queries
from bot.views.kit import ids
from tests.support.hostile import HOSTILE
from tests.support.person import Seen
from tests.support.story import Story

SORRY = "We are sorry. "
# A customer text near the field's limit with the deadline at its very end.
REFUND = (SORRY * 180)[:2450].rstrip() + " R&D & QA: refund by Friday 12:00."


def _whole_text(message: Seen) -> str:
    """Return what a message's blocks show, without quotation marks and escapes."""
    texts = [block["text"]["text"] for block in message.raw["blocks"] if block["type"] == "section"]
    shown = " ".join(re.sub(r"^>", "", text, flags=re.MULTILINE) for text in texts)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069]|^>", "", text)


def test_a_long_customer_text_is_shown_to_its_last_word(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare()
    story.act("ana", ids.PRESS_UPDATE, number, known="Known.", customer_text=REFUND)
    assert "refund by Friday 12:00." in _whole_text(story.find(number, "For the customer"))
    assert REFUND in _whole_text(story.find(number, "For the customer"))


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
def test_every_form_accepts_any_text_and_the_bot_survives(sqlite_story: Story, typed: str) -> None:
    story = sqlite_story
    number = story.declare(summary=typed[:300], description=typed)
    answer = story.act("maria", ids.PRESS_UPDATE, number, known=typed, customer_text=typed)
    if answer["result"] == "updated":  # the wording guard asks for a reason
        asks = "wording_reason" in story.form("maria").inputs
        answer = story.submit("maria", **({"wording_reason": "It's what they typed"} if asks else {}))
    assert answer["result"] == "closed", answer
    update = story.find(number, "For the customer")
    for heading in ("*Update*", "For the customer"):
        assert heading in _whole_text(update)
    assert _squeezed(_whole_text(update)).count(_squeezed(typed)) >= 2
    _sent(story.act("dana", ids.PRESS_MITIGATE, number, note=typed[:1000]))
    _sent(
        story.act(
            "dana",
            ids.PRESS_RESOLVE,
            number,
            fixed=typed,
            confirmed_by=typed[:300],
            confirmed_how="call",
            review_url="https://wiki.example/review-1",
            action=typed[:1000],
            action_owner="U01ELI",
            action_due="2026-03-20",
            cause="An untested deploy",
        )
    )
    _sent(story.act("dana", ids.PRESS_CLOSE, number, summary=typed, finished_on="2026-03-06"))
    assert _squeezed(typed) in _squeezed(_whole_text(story.find(number, "closed by")))
    assert not [said for said in story.messages(number) if re.search(r"<!(?:channel|here|everyone|sub)", said.markup)]
    story.command("ana", "list")
    story.home("ana")
    with story.program.services.database.transaction() as tx:
        assert not [(e.kind, e.error, e.payload) for e in queries.parked(tx.session)]


def _sent(answer: dict[str, Any]) -> None:
    assert answer["result"] in ("closed", "updated"), answer


def test_what_is_typed_behind_the_command_is_never_markup_in_its_answer(story: Story) -> None:
    """In a plain answer, too, words and names are shown as written: no mention, no disguised link."""
    evil = "<!here> & <https://evil.example|Click>"
    written = "&lt;!here&gt; &amp; &lt;https://evil.example|Click&gt;"
    story.program.services.account_import.load(
        f"name\n{evil}\nGamma <b> Inc.\nGamma <b> LLC\n".encode(), "accounts.csv"
    )
    story.program.services.accounts.refresh()
    assert "&lt;!here&gt;" in answered(story, "status <!here>")
    assert "&lt;@U01ANA&gt;" in answered(story, "status <@U01ANA>")
    assert answered(story, f"status {evil}") == f"No escalations for {written}."
    assert "*Gamma &lt;b&gt; Inc.* or *Gamma &lt;b&gt; LLC*" in answered(story, "status gamma b")
    assert len(answered(story, "status " + "x" * 3000)) < 300
    story.declare("noor", account=evil, level="sev3")
    assert f" for {written}. Take over as fix owner" in answered(story, f"ack {evil}")


def answered(story: Story, text: str) -> str:
    return str(story.command("eli", text)["ack"]["text"])


@pytest.mark.both_databases
def test_an_invalid_character_is_replaced_and_the_rest_is_kept(any_transport: Story) -> None:
    """Half a pair, as an app that cuts text leaves it, and the null character, which PostgreSQL keeps in no text."""
    story, typed, shown = (
        any_transport,
        "cut \ud83d off, \udc00 and \x00 null",
        "cut \ufffd off, \ufffd and \ufffd null",
    )
    story.command("noor", f"acme {typed}")
    assert story.form("noor").question("summary")["element"]["initial_value"] == shown
    story.press_in_form("noor", ids.MORE_OPTIONS)
    answer = story.submit("noor", account=f"Hooli {shown}", summary=typed, description=typed, level="sev1")
    assert answer["result"] == "closed", answer
    assert story.facts(1).account.name == f"Hooli {shown}"
    assert shown in story.card(1).all_text
    assert shown in story.pages("dana")[0]
    _sent(story.act("ana", ids.PRESS_UPDATE, 1, known=typed, customer_text=typed))
    assert _whole_text(story.find(1, "For the customer")).count(shown) == 2
    _sent(story.act("dana", ids.PRESS_MITIGATE, 1, note=typed))
    story.command("noor")
    assert shown in str(story.control.post("options", user="U01NOOR", block_id="account", query=typed)["options"])
    story.close_form("noor")
    story.restart()
    for text in ("list", "status ESC-1", f"status Hooli {typed}", "ack \ud800", "\x00", typed):
        assert story.command("noor", text)["status"] == 200
        if story.has_form("noor"):
            story.close_form("noor")
    assert f"Hooli {shown}" in str(story.command("noor", "list")["ack"])
    assert f"Hooli {shown}" in story.home("noor")
