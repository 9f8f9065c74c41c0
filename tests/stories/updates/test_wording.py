"""The wording guard in the forms: what is wrong with a text stands there before the customer reads it."""

from bot.views.kit import ids
from tests.support.story import Story

GUESS = "This was probably caused by the upgrade. We'll write to you again."
REFUND = "We will refund you for May."


def update(story: Story, who: str, text: str, **more: str) -> int:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.press(who, ids.PRESS_UPDATE, on=story.card(number))
    answer = story.submit(who, customer_text=text, **more)
    assert answer["result"] in ("updated", "errors"), answer
    return number


def posted(story: Story, number: int) -> list[str]:
    return [message.all_text for message in story.messages(number) if message.text.startswith(":memo:")]


def test_a_text_that_is_fine_is_posted_at_once(story: Story) -> None:
    number = story.declare(level="sev2")
    text = "We're still investigating. We'll write to you again."
    assert story.act("ana", ids.PRESS_UPDATE, number, customer_text=text)["result"] == "closed"


def test_a_warning_stands_in_the_form_once_and_the_text_can_be_sent_anyway(story: Story) -> None:
    number = update(story, "ana", GUESS, known="For us.")
    form = story.form("ana")
    assert "“probably”: That's a guess about the cause." in form.all_text
    assert "We're still investigating the cause." in form.all_text
    assert form.raw["submit"]["text"] == "Send anyway"
    assert posted(story, number) == []
    assert story.submit("ana")["result"] == "closed"
    [said] = posted(story, number)
    assert GUESS in said
    assert "For us." in said


def test_a_text_changed_after_the_warning_is_looked_at_again(story: Story) -> None:
    number = update(story, "ana", GUESS)
    assert story.submit("ana", customer_text="It should be fixed by Friday.")["result"] == "updated"
    assert "should be fixed by Friday" in story.form("ana").all_text
    assert "probably" not in "".join(story.form("ana").all_text)
    assert story.submit("ana", customer_text="We're working on it.")["result"] == "closed"
    assert "We're working on it." in posted(story, number)[0]


def test_a_refused_text_after_a_warning_takes_its_place(story: Story) -> None:
    number = update(story, "ana", GUESS)
    assert story.submit("ana", customer_text=REFUND)["result"] == "updated"
    form = story.form("ana")
    assert "probably" not in form.all_text
    assert "“We will refund”" in form.all_text
    assert "Change it, or ask Maria Lee to send it." in form.all_text
    assert form.raw["submit"]["text"] == "Post"
    assert story.submit("ana")["result"] == "updated"
    assert story.submit("ana", customer_text="We passed your request on.")["result"] == "closed"
    assert len(posted(story, number)) == 1


def test_a_refused_text_is_an_error_at_its_field(story: Story) -> None:
    number = update(story, "ana", REFUND)
    refused = story.submit("ana")
    assert refused["errors"]["customer_text"] == (
        "“We will refund”: Compensation needs an approval first.\n"
        "Better: I've passed your request to our billing team; they'll reply by [time].\n"
        "Or ask Maria Lee to send it."
    )
    assert posted(story, number) == []


def test_a_manager_lets_one_pass_with_a_reason_which_is_recorded(story: Story) -> None:
    number = update(story, "maria", REFUND)
    refused = story.submit("maria")
    assert list(refused["errors"]) == ["wording_reason"]
    assert story.submit("maria", wording_reason="Finance approved it on the phone")["result"] == "closed"
    assert REFUND in posted(story, number)[0]
    story.command("maria", f"timeline {number}")
    said = story.form("maria").all_text
    assert "Customer text sent despite findings" in said
    assert "Finance approved it on the phone" in said


def test_another_customers_name_is_refused_and_ones_own_is_not(story: Story) -> None:
    number = update(story, "ana", "Globex saw the same. Acme's data is safe with us.")
    refused = story.submit("ana")
    assert refused["errors"]["customer_text"].startswith("“Globex”: That names another customer.")
    assert story.submit("ana", customer_text="Acme's exports work again.")["result"] == "closed"
    assert len(posted(story, number)) == 1


def test_an_edit_is_looked_at_too(story: Story) -> None:
    number = story.declare(level="sev2", at="Fri 2026-03-06 10:00")
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="We're looking into it.")
    story.press("ana", ids.PRESS_EDIT_UPDATE, on=story.find(number, ":memo: Update by"))
    assert story.submit("ana", customer_text="Probably a bad query.")["result"] == "updated"
    assert story.form("ana").raw["submit"]["text"] == "Save anyway"
    assert story.submit("ana")["result"] == "closed"
    assert "Probably a bad query." in posted(story, number)[0]


def test_an_internal_note_is_nobodys_business_but_ours(story: Story) -> None:
    number = story.declare(level="sev2")
    assert (
        story.act("ana", ids.PRESS_UPDATE, number, customer_text="", known="Probably db-prod-03. See OPS-12.")["result"]
        == "closed"
    )
