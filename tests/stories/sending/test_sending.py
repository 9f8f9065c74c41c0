"""The customer is told by mail, in their channel, or by a person, and only then does their clock stop."""

import pytest

from bot.policy.decide.lifecycle import Refused
from bot.policy.record.customer_texts import TextState
from bot.views.kit import ids
from bot.views.sending import ways
from tests.stories.mail.conftest import MailStory
from tests.stories.sending.conftest import JO, SAM, SHARED
from tests.support.person import Json, Seen
from tests.support.story import USERS, Story, moment

WORDS = "We've found the cause & are fixing it."


def write(story: Story, who: str, number: int, *, way: str | None = None, **values: str) -> Json:
    """Write an update and choose how the customer gets it."""
    story.press(who, ids.PRESS_UPDATE, on=story.card(number))
    if way is not None:
        story.choose(who, ids.PICK_WAY, way)
    return story.submit(who, **{"customer_text": WORDS, **values})


def the_update(story: Story, number: int) -> Seen:
    return [message for message in story.messages(number) if ":memo:" in message.text][-1]


def way_of(story: Story, who: str) -> str:
    """Return the way that the form has chosen."""
    block = story.form(who).question(ways.BLOCK)
    return str(block["elements"][0]["initial_option"]["value"])


def customers(post: MailStory) -> list[str]:
    """Return who of the customers got mails."""
    return [reader for reader in post.readers() if not reader.endswith("@example.com")]


@pytest.mark.both_databases
def test_an_update_is_mailed_to_the_customer_in_two_clicks_and_stops_their_clock(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    assert write(story, "ana", number, known="A bad query.")["result"] == "closed"
    assert customers(post) == [JO, SAM]
    mail = post.only(JO)
    assert str(mail.message["Subject"]) == "Your ticket ESC-1"
    assert str(mail.message["From"]) == '"Ana Ruiz, Sample Corp" <escalate@example.com>'
    assert (str(mail.message["To"]), str(mail.message["Cc"])) == (JO, SAM)
    assert str(mail.message["Reply-To"]).startswith("esc-1+")
    assert mail.text.startswith(WORDS + "\n\nAna Ruiz\nSample Corp\n")
    assert "We've found the cause &amp; are fixing it." in mail.html.replace("&#39;", "'")
    for inside in ("A bad query", "Exports are down", "#esc-", "slack", "Dana"):
        assert inside not in mail.text + mail.html + str(mail.message["Subject"])
    facts = story.facts(number)
    assert facts.last_customer_update_at == moment("Fri 2026-03-06 10:00")
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 10:30")
    assert facts.acknowledged_by == "U01ANA"
    assert f"Mailed to {JO}, {SAM} by <@U01ANA>" in the_update(story, number).all_text


@pytest.mark.both_databases
def test_a_mail_that_is_refused_leaves_the_clock_running_and_the_next_way_is_offered(post: MailStory) -> None:
    story = post.story
    post.server.refusals = {"*": "550 5.1.1 no such mailbox"}
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    write(story, "ana", number)
    facts = story.facts(number)
    assert facts.last_customer_update_at is None
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 10:30")
    assert facts.open_text is not None
    assert facts.open_text.state is TextState.FAILED
    assert ":x: Not sent: 550 5.1.1 no such mailbox" in the_update(story, number).all_text
    assert "The customer wasn't told" in story.card(number).all_text
    failed = next(message for message in story.messages(number) if ids.PRESS_SEND_OTHERWISE in message.buttons)
    story.press("ana", ids.PRESS_SEND_OTHERWISE, on=failed)
    form = story.form("ana")
    assert form.question("customer_text")["element"]["initial_value"] == WORDS
    story.choose("ana", ids.PICK_WAY, "phone")
    story.submit("ana", next_at=str(int(moment("Fri 2026-03-06 10:20").timestamp())))
    facts = story.facts(number)
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 10:20")
    assert facts.open_text is None
    assert "<@U01ANA> told them by phone" in the_update(story, number).all_text
    assert "The customer wasn't told" not in story.card(number).all_text


def test_one_address_is_enough_and_the_other_is_named(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    sqlite_post.server.refusals = {SAM: "550 5.1.1 no such mailbox"}
    number = story.declare(level="sev1")
    write(story, "ana", number)
    assert customers(sqlite_post) == [JO]
    assert story.facts(number).last_customer_update_at is not None
    said = the_update(story, number).all_text
    assert f"Mailed to {JO} by <@U01ANA>" in said
    assert f"{SAM} wasn't reached: 550 5.1.1 no such mailbox" in said


def test_a_server_that_asks_for_patience_gets_it_and_the_customer_one_mail(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    sqlite_post.server.greylists = True
    number = story.declare(level="sev1")
    write(story, "ana", number)
    story.forward(minutes=5)
    assert customers(sqlite_post) == [JO, SAM]
    assert story.facts(number).last_customer_update_at is not None


def test_a_draft_is_kept_and_tells_nobody(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    write(story, "dana", number, way="draft")
    assert customers(sqlite_post) == []
    assert story.facts(number).last_customer_update_at is None
    said = the_update(story, number)
    assert "Draft. The customer hasn't been told." in said.all_text
    assert "Customer update still due" in said.all_text
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    assert story.form("ana").question("customer_text")["element"]["initial_value"] == WORDS
    story.submit("ana")
    assert customers(sqlite_post) == [JO, SAM]
    assert story.facts(number).open_text is None
    assert "Another text took its place" in story.find(number, "Update by <@U01DANA>").all_text


def test_a_text_is_posted_in_the_shared_channel_with_the_next_time_and_nothing_else(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Globex", level="sev1", at="Fri 2026-03-06 10:00")
    write(story, "ana", number, known="A bad query.")
    [posted] = story.messages(SHARED, "ana")
    promised = "Next update by 03/06, 10:30 AM EST."
    assert posted.text == f"We've found the cause &amp; are fixing it.\n\n{promised}"
    lines = {line for line in posted.all_text.split("\n") if line}
    assert lines == {WORDS.replace("&", "&amp;"), promised}, "nothing but their text and the next time"
    assert story.facts(number).last_customer_update_at is not None
    assert f"Posted in <#{SHARED}> by <@U01ANA>" in the_update(story, number).markup
    named = "We've tested the fix. We'll write again by 10:30 AM."
    write(story, "ana", number, customer_text=named)
    assert story.messages(SHARED, "ana")[-1].text == named


def test_a_channel_that_is_not_shared_with_the_customer_gets_nothing(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(account="Initech", level="sev1")
    write(story, "ana", number, way="slack")
    assert story.messages(f"{SHARED}2", "ana") == []
    assert story.facts(number).last_customer_update_at is None
    assert "the channel isn't shared with the customer" in the_update(story, number).all_text
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    assert way_of(story, "ana") == "mail", "the way that failed comes last"


def test_without_a_route_the_person_says_so_in_the_same_submit(sqlite_story: Story) -> None:
    number = sqlite_story.declare(level="sev1")
    write(sqlite_story, "ana", number)
    assert sqlite_story.facts(number).last_customer_update_at is not None
    assert "<@U01ANA> told them" in the_update(sqlite_story, number).all_text


def test_who_tells_the_customer_later_says_so_then_and_how(sqlite_story: Story) -> None:
    story, number = sqlite_story, sqlite_story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    offered = [option["text"]["text"] for option in story.form("ana").question(ways.BLOCK)["elements"][0]["options"]]
    assert offered[0] == "I told them"
    assert offered[-1] == "Not yet. Keep as draft"
    how = "Choose below whether you told the customer. “Not yet” keeps it as a draft."
    untold = story.control.post("submit", user=USERS["ana"], values={"customer_text": WORDS})
    assert untold["errors"] == {"customer_text": how}
    story.close_form("ana")
    write(story, "ana", number, way="draft")
    assert "told them" not in the_update(story, number).all_text
    assert story.facts(number).last_customer_update_at is None
    story.skip(minutes=8)
    story.press("ana", ids.PRESS_SEND_OTHERWISE, on=the_update(story, number))
    assert story.form("ana").question("customer_text")["element"]["initial_value"] == WORDS
    story.choose("ana", ids.PICK_WAY, "phone")
    at = moment("Fri 2026-03-06 10:05")
    story.submit("ana", told_at=int(at.timestamp()))
    assert story.facts(number).last_customer_update_at == at
    assert "<@U01ANA> told them by phone" in the_update(story, number).all_text
    drafts = [message for message in story.messages(number) if "Another text took its place" in message.all_text]
    assert [ids.PRESS_SEND_OTHERWISE in draft.buttons for draft in drafts] == [False]


def test_somebody_else_asks_and_the_customer_owner_approves_with_one_press(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_UPDATE, on=story.card(number))
    assert way_of(story, "dana") == "ask:mail"
    story.submit("dana", customer_text=WORDS)
    assert customers(post) == []
    assert "waits for <@U01ANA> to approve" in story.card(number).all_text
    [asked] = [message for message in story.direct("ana") if ids.PRESS_APPROVE_TEXT in message.buttons]
    assert WORDS.replace("&", "&amp;") in asked.markup
    approve, text = story.program.services.text_approvals.approve, story.facts(number).open_text
    assert text is not None
    with pytest.raises(Refused, match="not admitted"):
        approve(number, text.id, by="U01NOOR")
    story.press("ana", ids.PRESS_APPROVE_TEXT, on=asked)
    with pytest.raises(Refused, match="already answered"):
        approve(number, text.id, by="U01MARIA")
    assert customers(post) == [JO, SAM]
    assert post.only(JO).text.startswith(f"{WORDS}\n\nAna Ruiz\n")
    assert story.facts(number).last_customer_update_at is not None
    assert "approve" not in story.card(number).all_text
    assert not any(ids.PRESS_APPROVE_TEXT in message.buttons for message in story.direct("ana"))
    assert any("No answer needed any more." in message.text for message in story.direct("ana"))


def test_an_approval_that_nobody_gives_ends_visibly(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev2", at="Fri 2026-03-06 10:00")
    write(story, "dana", number, way="ask:mail")
    story.forward(minutes=30)
    assert any("<@U01DANA>, <@U01ANA> hasn't approved the customer update" in said for said in story.said(number))
    [asked] = [message for message in story.direct("ana") if "asked you to approve" in message.text]
    assert "No one approved it in time, so it wasn't sent. It's kept as a draft." in asked.all_text
    assert "Draft. The customer hasn't been told." in the_update(story, number).all_text
    assert not any(ids.PRESS_APPROVE_TEXT in message.buttons for message in story.direct("ana"))
    assert customers(sqlite_post) == []


def test_the_approver_changes_the_words_and_sends_their_own(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1")
    write(story, "dana", number, way="ask:mail")
    [asked] = [message for message in story.direct("ana") if ids.PRESS_APPROVE_TEXT in message.buttons]
    story.press("ana", ids.PRESS_SEND_OTHERWISE, on=asked)
    assert story.form("ana").question("customer_text")["element"]["initial_value"] == WORDS
    story.submit("ana", customer_text="We've found it.")
    assert sqlite_post.only(JO).text.startswith("We've found it.")
    assert "Another text took its place" in story.find(number, "Update by <@U01DANA>").all_text


def test_what_the_customer_was_told_is_one_click_away(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1")
    write(story, "ana", number)
    write(story, "ana", number, way="phone", customer_text="We called.")
    story.more("dana", "told", number)
    said = story.form("dana").all_text
    assert f"Mailed to {JO}, {SAM} by <@U01ANA>" in said
    assert "<@U01ANA> told them by phone" in said
    assert said.index("We called.") < said.index("fixing it")
