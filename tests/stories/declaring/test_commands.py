"""Commands as people type them: what is meant is guessed, the reply says how, and one button changes it."""

import pytest

from bot.handlers.kit.words import VERBS
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import Story


def reply(story: Story, text: str, who: str = "ana") -> Seen:
    """Type a command and return what only that person reads."""
    before = len(story.messages("general", who))
    story.command(who, text)
    return (
        Seen({**story.messages("general", who)[-1].raw}) if len(story.messages("general", who)) > before else Seen({})
    )


def summary(story: Story, who: str = "ana") -> str:
    return str(story.form(who).question("summary")["element"].get("initial_value", ""))


def account(story: Story, who: str = "ana") -> str | None:
    chosen = story.form(who).question("account")["element"].get("initial_option")
    return str(chosen["text"]["text"]) if chosen else None


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("acme status", "status acme"),
        ("ESC-1 status", "status ESC-1"),
        ("show ESC-1", "status ESC-1"),
        ("ESC-1 how is it going", "status ESC-1"),
    ],
)
def test_the_state_of_an_escalation_is_shown_however_it_is_asked_for(story: Story, text: str, read_as: str) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are down")
    said = reply(story, text)
    assert "Exports are down" in said.all_text
    assert f"Read as `/escalate {read_as}`." in said.all_text
    assert not story.has_form("ana")
    story.press("ana", ids.PRESS_DECLARE_WORDS, on=said)
    assert story.form("ana").title == "Declare an escalation"


def test_the_timeline_opens_for_an_account_a_number_and_the_channel_it_is_asked_in(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    for text in ("timeline acme", "timeline ESC-1", "acme timeline"):
        story.command("ana", text)
        assert story.form("ana").title == "Timeline"
        story.close_form("ana")
    story.command("ana", "timeline", channel=str(story.facts(number).channel_id))
    assert story.form("ana").title == "Timeline"
    story.close_form("ana")
    story.command("ana", "timeline")
    assert "Which escalation?" in story.direct("ana")[-1].text


def test_words_that_begin_with_a_verb_and_are_a_sentence_declare(story: Story) -> None:
    for text in (
        "status page is down",
        "close rate at all shops dropped",
        "update of the app fails",
        "help our customers",
    ):
        said = reply(story, text)
        assert said.text == "Read as a new escalation."
        assert summary(story) == text
        story.close_form("ana")


def test_the_verb_of_a_sentence_is_one_press_away(story: Story) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are down")
    story.press("ana", ids.PRESS_COMMAND, on=reply(story, "status page is down"))
    assert "1 open escalation" in story.messages("general", "ana")[-1].all_text
    story.close_form("ana")
    story.press("ana", ids.PRESS_COMMAND, on=reply(story, "resolve it for me now"))
    assert "ESC-1" in story.form("ana").all_text


def test_a_question_about_an_escalation_is_answered_and_opens_no_declare_form(story: Story) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are down")
    said = reply(story, "who was paged acme")
    assert "Read as `/escalate timeline ESC-1`." in said.all_text
    assert story.form("ana").title == "Timeline"
    story.close_form("ana")
    story.press("ana", ids.PRESS_DECLARE_WORDS, on=said)
    assert summary(story) == "who was paged acme"
    story.close_form("ana")
    for text in ("who owns acme?", "when is the next update for acme", "how is acm doing"):
        assert "Exports are down" in reply(story, text).all_text, text
    assert "*Escalated*" in reply(story, "is acme escalated?").all_text
    assert "Not escalated" in reply(story, "is globex escalated").all_text
    assert "On call" in reply(story, "who is on call").all_text
    assert reply(story, "who owns nobody").text == "No escalation or account matches “nobody”."
    assert not story.has_form("ana")


def test_every_verb_says_the_same_of_a_number_that_does_not_exist(sqlite_story: Story) -> None:
    """No form opens to say it, and a list doesn't call it an account."""
    story = sqlite_story
    number = story.declare("noor", account="Acme", level="sev3", summary="Leaked", confidential=["confidential"])
    about_nothing = {"help", "?", "--help", "-h", "policy", "away", "admin", "drill", "should", "training"}
    for verb in sorted(VERBS - about_nothing):
        for key in ("ESC-99", "esc-99999999999", f"ESC-{number}"):
            said = story.command("omar", f"{verb} {key}")["ack"]["text"]
            assert said == f"There is no {key.upper()}.", (verb, key)
    assert not story.has_form("omar")
    assert story.direct("omar") == []


def test_help_is_given_to_who_asks_for_it_in_other_words(story: Story) -> None:
    for text in ("help me", "help please"):
        said = reply(story, text)
        assert "/escalate list" in said.all_text
        assert "Read as `/escalate help`." in said.all_text
        assert not story.has_form("ana")


def test_a_command_about_something_unknown_opens_no_form_with_the_command_in_it(story: Story) -> None:
    for text in ("status nobody", "close nobody", "show nobody"):
        said = reply(story, text)
        assert said.text == "No escalation or account matches “nobody”."
        assert not story.has_form("ana")
    story.press("ana", ids.PRESS_DECLARE_WORDS, on=reply(story, "update fails"))
    assert summary(story) == "update fails"


def test_a_name_that_two_accounts_share_is_offered_as_buttons(sqlite_story: Story) -> None:
    story = sqlite_story
    story.program.services.account_import.load(b'name\n"Beta, Inc."\nBeta LLC\n', "accounts.csv")
    story.settle()
    number = story.declare(account="Beta LLC", level="sev3", summary="Slow")
    said = reply(story, "status beta")
    assert said.text == "Did you mean *Beta LLC* or *Beta, Inc.*?"
    choice = next(block for block in said.raw["blocks"] if "Beta LLC" in str(block.get("elements")))
    story.control.post(
        "press",
        user="U01ANA",
        action_id=ids.PRESS_COMMAND,
        block_id=choice["block_id"],
        channel=said.raw["channel"],
        ts=said.ts,
    )
    story.settle()
    assert f"ESC-{number}" in story.messages("general", "ana")[-1].all_text


def test_a_verb_behind_the_name_does_what_it_does_before_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    said = reply(story, f"ESC-{number} ack", "dana")
    assert "You acknowledged ESC-1" in said.text
    assert "Read as `/escalate ack ESC-1`." in said.all_text
    assert story.facts(number).is_acknowledged
    said = reply(story, "acme resolve", "dana")
    assert said.text == "Read as `/escalate resolve ESC-1`."
    assert f"ESC-{number}" in story.form("dana").all_text


def test_the_name_of_an_account_alone_declares_for_it_and_its_state_is_one_press_away(story: Story) -> None:
    story.declare(account="Acme", level="sev3", summary="Exports are down")
    said = reply(story, "acme")
    assert said.text == "Declaring for Acme."
    assert account(story) == "Acme"
    assert summary(story) == ""
    story.press("ana", ids.PRESS_COMMAND, on=said)
    assert "Exports are down" in story.messages("general", "ana")[-1].all_text


def test_what_is_clear_is_answered_without_a_note(story: Story) -> None:
    story.declare(account="Acme", level="sev3")
    assert reply(story, "acme export is down").raw == {}
    story.close_form("ana")
    for text in ("list", "status acme", "ESC-1", "help", "policy"):
        assert "Read as" not in reply(story, text).all_text


def test_an_account_later_in_the_sentence_is_found_and_two_are_not_guessed(story: Story) -> None:
    story.command("ana", "exports are down at acme")
    assert (account(story), summary(story)) == ("Acme", "exports are down at acme")
    story.close_form("ana")
    story.command("ana", "exports are down at acme and globex")
    assert account(story) is None
    assert "Which account?" in story.form("ana").all_text


def test_mentions_links_and_special_characters_are_read_as_they_were_typed(story: Story) -> None:
    typed = "@dana says R&D <b> #general https://acme.example/a?b=1&c=2 jo@acme.example"
    story.command("ana", f"initech: {typed}")
    sent = story.control.get("deliveries")["deliveries"][-1]["payload"]["text"]
    assert sent == (
        "initech: <@U01DANA|dana> says R&amp;D &lt;b&gt; <#C01GENERAL|general> "
        "<https://acme.example/a?b=1&amp;c=2> <mailto:jo@acme.example|jo@acme.example>"
    )
    assert summary(story) == typed
