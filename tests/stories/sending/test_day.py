"""A day of a Sev 1 as the customer reads it: every mail, in order, in one thread, without a word of ours."""

from itertools import pairwise

from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory
from tests.stories.sending.conftest import JO
from tests.stories.sending.test_replies import answer
from tests.stories.sending.test_sending import WORDS, write

INSIDE = ("#esc-", "slack.com", "archives", "Dana", "rollback", "Sev 1 ·", "&lt;@", "escalation")


def test_the_customer_reads_one_conversation(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(minutes=4)
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    offered = story.form("ana").question("customer_text")["element"]["initial_value"]
    checked = offered.replace("[check: Exports are down]", "new exports fail")
    assert story.submit("ana", customer_text=checked)["result"] == "closed", "the acknowledgement is nearly ready"
    story.forward(minutes=27)
    write(story, "ana", number, customer_text="We're still investigating.", known="A rollback is next.")
    story.forward(minutes=12)
    answer(sqlite_post)
    write(story, "ana", number)
    mails = sqlite_post.mails(JO)
    assert [mail.text.split("\n")[0] for mail in mails] == ["Hello,", "We're still investigating.", WORDS]
    assert {str(mail.message["Subject"]) for mail in mails} == {"Your case ESC-1"}
    assert {str(mail.message["From"]) for mail in mails} == {'"Ana Ruiz, Sample Corp" <escalate@example.com>'}
    for before, after in pairwise(mails):
        assert after.message["In-Reply-To"] == before.message["Message-ID"]
    for mail in mails:
        assert "Next update by " in mail.text or "next update comes by" in mail.text, "each names the next one"
        assert "ESC-1" in mail.text
        for inside in INSIDE:
            assert inside not in mail.text + mail.html
