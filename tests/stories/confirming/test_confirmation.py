"""The customer is asked before it is closed: by a mailed link, or by a person who notes what they said."""

from datetime import timedelta

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.stories.confirming.conftest import path_in
from tests.stories.mail.conftest import MailStory
from tests.support.story import USERS, Story

WORDS = "Hello Jo,\n\nwe've fixed the exports. Do they work again?\n\nAna"
JO = "jo@acme.example"
HALF_AN_HOUR = timedelta(minutes=30)


def asked(post: MailStory, *, level: str = "sev3", who: str = "ana") -> int:
    """Declare, and ask the customer whether it is solved."""
    number = post.story.declare(account="Acme", level=level)
    assert post.story.menu(who, "confirm", number, words=WORDS)["result"] == "closed"
    return number


def test_the_customer_confirms_by_a_mailed_link_and_it_is_resolved_without_another_question(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    story.more("ana", "confirm", number)
    assert story.form("ana").raw["title"]["text"] == "Ask the customer"
    answer = story.submit("ana")
    assert answer["errors"] == {"words": "Fill in [what we fixed]."}
    assert story.submit("ana", words=WORDS)["result"] == "closed"
    mail = post.only(JO)
    assert mail.message["Subject"] == f"Is it solved? (ESC-{number})"
    assert mail.message["Reply-To"] == "ana@example.com"
    assert "we've fixed the exports" in mail.text
    assert "Exports are down" not in mail.text + mail.html, "our summary is for us"
    assert f"<@U01ANA> asked {JO} whether it's solved." in story.last(number).text

    shown = story.browse("GET", path_in(mail))
    assert "Is it solved?" in shown.text
    assert "fixed the exports" in shown.text
    assert story.facts(number).confirmation is None, "a mail program that looks at the link answers nothing"

    thanked = story.browse("POST", path_in(mail), answer="yes", words="")
    assert "Thank you" in thanked.text
    confirmation = story.facts(number).confirmation
    assert confirmation is not None
    assert confirmation.by == JO
    assert f"{JO} confirmed by the mailed link" in story.last(number).text
    for who in ("ana", "dana"):
        assert f"{JO} says ESC-{number}" in story.direct(who)[-1].text
    story.press("dana", ids.PRESS_RESOLVE, on=story.direct("dana")[-1])
    assert "confirmed_by" not in {block["block_id"] for block in story.form("dana").raw["blocks"]}
    assert story.submit("dana", fixed="Restarted.")["result"] == "closed"
    assert story.facts(number).status is Status.RESOLVED


def test_the_question_answers_what_was_promised_and_names_the_next_update_also_if_it_goes_out_late(
    post: MailStory,
) -> None:
    story, questions = post.story, post.story.program.services.customer_questions
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(minutes=20)
    questions.ask(number, JO, WORDS, by=USERS["ana"])
    at_once, asked_at = questions.to_send(number, 1), story.clock.at
    story.clock.at += timedelta(hours=1)
    late = questions.to_send(number, 1)
    assert at_once is not None
    assert late is not None
    assert (at_once.next_at, late.next_at) == (asked_at + HALF_AN_HOUR, story.clock.at + HALF_AN_HOUR)
    story.clock.at = asked_at
    story.settle()
    assert "Next update by 03/06, 10:50 AM EST." in post.only(JO).text
    assert story.facts(number).customer_update_due_at == asked_at + HALF_AN_HOUR
    assert "Sev 1 · Unacknowledged · acknowledgement overdue since 6 Mar 10:15 AM EST" in story.channel(number)["topic"]
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert "customer update due 6 Mar 10:50 AM EST" in story.channel(number)["topic"]
    story.forward(minutes=5)
    assert story.menu("ana", "confirm", number, words=WORDS)["result"] == "closed"
    assert "customer update due 6 Mar 10:55 AM EST" in story.channel(number)["topic"], "it follows a question, too"


def test_not_yet_reopens_what_was_resolved_and_tells_both_owners(post: MailStory) -> None:
    story = post.story
    number = asked(post)
    story.menu("maria", "waive", number, reason="They are away.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    path = path_in(post.only(JO))
    without = story.browse("POST", path, answer="not yet", words=" - ")
    assert "Please write what&#x27;s still wrong" in without.text
    assert story.facts(number).status is Status.RESOLVED
    told = story.browse("POST", path, answer="not yet", words="The PDF is <b>empty</b>.\0")
    assert "Thank you for telling us" in told.text
    facts = story.facts(number)
    assert facts.status is Status.OPEN
    assert facts.waiver is None
    assert "reopened by jo@acme.example: The PDF is &lt;b&gt;empty&lt;/b&gt;.\ufffd" in story.last(number).text
    assert f"{JO} says it isn't solved yet" in story.find(number, "isn't solved").text
    for who in ("ana", "dana"):
        assert "It's open again." in story.direct(who)[-1].all_text
    again = story.browse("POST", path, answer="yes", words="")
    assert "You&#x27;ve answered already" in again.text
    assert story.facts(number).confirmation is None, "a link works once"


def test_not_yet_before_the_resolution_leaves_it_open(post: MailStory) -> None:
    number = asked(post)
    post.story.browse("POST", path_in(post.only(JO)), answer="not yet", words="Still empty.")
    assert post.story.facts(number).status is Status.OPEN
    assert "Fix it and ask again." in post.story.direct("dana")[-1].all_text
    post.story.more("ana", "confirm", number)
    assert f"{JO} said not yet: Still empty." in post.story.form("ana").all_text


def test_a_link_works_while_slack_is_down(post: MailStory) -> None:
    story, number = post.story, asked(post)
    story.lose_slack()
    assert "Thank you" in story.browse("POST", path_in(post.only(JO)), answer="yes", words="").text
    assert story.facts(number).confirmation is not None
    story.find_slack()
    assert "confirmed by the mailed link" in story.last(number).text


def test_a_link_expires_after_two_weeks(post: MailStory) -> None:
    story, number = post.story, asked(post)
    story.real_clock.at += timedelta(days=14, minutes=1)
    late = story.browse("POST", path_in(post.only(JO)), answer="yes", words="")
    assert late.status == 410
    assert "Reply to the mail" in late.text
    assert story.facts(number).confirmation is None
    story.more("ana", "confirm", number)
    assert "The link has expired." in story.form("ana").all_text


def test_an_old_link_says_nothing_of_what_was_reopened(post: MailStory) -> None:
    story, number = post.story, asked(post)
    story.menu("maria", "waive", number, reason="They are away.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    story.forward(minutes=1)
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    late = story.browse("POST", path_in(post.only(JO)), answer="yes", words="")
    assert late.status == 409
    assert "We&#x27;ll ask you again" in late.text
    assert story.facts(number).confirmation is None


def test_a_confidential_one_is_asked_without_its_words(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev1", category="security_privacy")
    story.menu("ana", "confirm", number, words="Is the access closed for you, too?")
    mail = post.only(JO)
    shown = story.browse("GET", path_in(mail))
    for text in (str(mail.message["Subject"]), mail.text, mail.html, shown.text):
        assert "Exports are down" not in text
        assert "Acme" not in text


def test_who_may_not_close_it_may_not_ask_the_customer_but_may_note_what_they_said(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    story.more("noor", "confirm", number)
    assert story.form("noor").raw["title"]["text"] == "Customer's confirmation"
    assert post.mails(JO) == []


def test_a_mail_that_is_refused_is_told_to_who_asked(post: MailStory) -> None:
    post.server.refusals[JO] = "550 no such mailbox"
    story, number = post.story, asked(post)
    assert f"Couldn't mail {JO}" in story.direct("ana")[-1].text
    assert not any("asked jo" in said for said in story.said(number)), "nothing is said that isn't so"


def test_no_address_and_no_words_are_no_question(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    story.more("ana", "confirm", number)
    assert set(story.submit("ana", words="-", to="jo@acme.example")["errors"]) == {"words"}


def test_without_mail_what_they_said_is_noted_with_evidence(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.more("noor", "confirm", number)
    answer = story.submit("noor", confirmed_by="Jo Park", confirmed_how="call", evidence="-")
    assert answer["errors"] == {"evidence": "Add what they said, or a link to it."}
    assert story.submit("noor", evidence="It's back, thanks")["result"] == "closed"
    said = story.last(number)
    assert "Jo Park confirmed that it's solved. Noted by <@U01NOOR>." in said.text
    assert "It's back, thanks" in said.all_text
    confirmation = story.facts(number).confirmation
    assert confirmation is not None
    assert confirmation.evidence == "It's back, thanks"
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    assert f"{ids.PRESS_CLEAR}confirm" not in str(story.form("dana").raw)


def test_the_resolve_form_leads_to_the_question_and_an_undone_resolution_keeps_the_answer(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    story.press_in_form("dana", f"{ids.PRESS_CLEAR}confirm")
    assert story.submit("dana", words=WORDS)["result"] == "closed"
    assert story.form("dana").raw["title"]["text"] == "Resolve", "the form is there again"
    story.close_form("dana")
    story.forward(minutes=2)
    story.browse("POST", path_in(post.only(JO)), answer="yes", words="")
    story.forward(minutes=2)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    story.press("dana", ids.PRESS_UNDO, on=story.find(number, "Resolved by"))
    assert story.facts(number).status is Status.OPEN
    assert story.facts(number).confirmation is not None
