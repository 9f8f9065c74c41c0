"""Escalate this message: the account it names, its first sentence, and the message itself are filled in."""

import pytest

from bot.services.accounts.account_index import AccountIndex, IndexedAccount
from bot.views.declaring.message_words import first_sentence
from bot.views.kit import ids
from tests.support.story import USERS, Story


def escalate(story: Story, text: str, *, channel: str = "general") -> str:
    """Post a message as Noor and escalate it; return its ts."""
    ts = str(story.control.post("message", user=USERS["noor"], channel=channel, text=text)["ts"])
    story.shortcut("noor", "declare_from_message", channel=channel, ts=ts)
    return ts


def test_only_the_severity_is_left_to_choose(story: Story) -> None:
    ts = escalate(story, "Hi all. Globex can't export reports since 9:00! @ana said <it's> the queue & more.")
    form = story.form("noor")
    assert form.question("account")["element"]["initial_option"]["text"]["text"] == "Globex"
    assert form.question("summary")["element"]["initial_value"] == "Globex can't export reports since 9:00!"
    said = "Hi all. Globex can't export reports since 9:00! @Ana Ruiz said <it's> the queue & more."
    assert form.question("description")["element"]["initial_value"] == said
    assert f"/archives/C01GENERAL/p{ts.replace('.', '')}|this message>" in form.all_text
    assert story.submit("noor", level="sev2")["result"] == "closed"
    facts = story.facts(1)
    assert (facts.account.name, facts.description) == ("Globex", said)
    assert str(facts.permalink).endswith(f"/archives/C01GENERAL/p{ts.replace('.', '')}")


@pytest.mark.parametrize(
    "words", ["initech is slow", "Mail from jo@initech.example: slow", "See <https://www.initech.example/x|their page>"]
)
def test_the_account_is_found_by_its_name_and_by_its_domain(story: Story, words: str) -> None:
    escalate(story, words)
    assert story.form("noor").question("account")["element"]["initial_option"]["text"]["text"] == "Initech"


def test_of_two_accounts_neither_is_guessed_and_both_are_offered(story: Story) -> None:
    escalate(story, "Globex and Initech both see empty exports.")
    form = story.form("noor")
    assert "initial_option" not in form.question("account")["element"]
    assert "Which account?" in form.all_text
    assert "Globex · strategic" in form.all_text
    assert "Initech · standard" in form.all_text


def test_a_message_that_names_no_account_leaves_it_open(story: Story) -> None:
    escalate(story, "Everything is slow today, customers complain.")
    form = story.form("noor")
    assert "initial_option" not in form.question("account")["element"]
    assert "Which account?" not in form.all_text


def test_a_private_message_is_quoted_only_after_a_warning(story: Story) -> None:
    secret = story.control.post("create", user=USERS["noor"], name="leads", is_private=True)["channel"]
    escalate(story, "Globex is angry. They want to leave.", channel=secret)
    form = story.form("noor")
    assert "This message is from a private conversation." in form.all_text
    assert form.question("account")["element"]["initial_option"]["text"]["text"] == "Globex"
    assert "initial_value" not in form.question("summary")["element"]
    assert "description" not in form.inputs
    story.fill("noor", summary="They may leave")
    story.press_in_form("noor", ids.QUOTE)
    form = story.form("noor")
    assert "private conversation" not in form.all_text
    assert form.question("description-quoted")["element"]["initial_value"] == "Globex is angry. They want to leave."
    story.submit("noor", level="sev2")
    assert (story.facts(1).summary, story.facts(1).description) == (
        "They may leave",
        "Globex is angry. They want to leave.",
    )


def test_a_private_message_that_nobody_agreed_to_quote_stays_where_it_is(story: Story) -> None:
    secret = story.control.post("create", user=USERS["noor"], name="leads", is_private=True)["channel"]
    escalate(story, "Globex is angry. They want to leave.", channel=secret)
    story.submit("noor", summary="They may leave", level="sev2")
    assert story.facts(1).description == ""
    assert "angry" not in story.card(1).all_text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Exports fail. Since 9:00.", "Exports fail"),
        ("Exports have failed since 9:00. Please help.", "Exports have failed since 9:00"),
        ("> Exports have failed since 9:00\nThat is what they say", "Exports have failed since 9:00"),
        ("@Ana Ruiz, exports are down again?", "@Ana Ruiz, exports are down again?"),
        ("Hi!\n\n1. Exports are down at Acme\n2. Imports too", "Exports are down at Acme"),
        ("Version 2.5 crashes on start. Again.", "Version 2.5 crashes on start"),
        ("help", "help"),
        ("", ""),
    ],
)
def test_the_summary_is_the_first_sentence_that_says_something(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


NAMES = ("Acme", "Acme Labs", "Box", "Beta Inc", "Beta GmbH", "株式会社さくら", "Société Générale")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the exports of acme fail", ["Acme"]),
        ("Acme Labs can't log in", ["Acme Labs"]),
        ("acme and Acme Labs", ["Acme", "Acme Labs"]),
        ("the box is empty", []),
        ("Box is down", ["Box"]),
        ("Beta is down", ["Beta Inc", "Beta GmbH"]),
        ("Beta GmbH is down", ["Beta GmbH"]),
        ("societe generale is down", ["Société Générale"]),
        ("株式会社さくら のエクスポート", ["株式会社さくら"]),
        ("acmes", []),
    ],
)
def test_accounts_are_found_anywhere_in_a_text(text: str, found: list[str]) -> None:
    index = AccountIndex()
    index.load(IndexedAccount(number, name) for number, name in enumerate(NAMES))
    assert [account.name for account in index.mentioned(text)] == found


def test_an_account_is_found_by_each_of_its_other_names(story: Story) -> None:
    accounts = "name,domain,aliases\nSociété Générale,socgen.example,SG; La Société\n".encode()
    assert not story.program.services.account_import.load(accounts, "accounts.csv").rejected
    story.settle()
    for words in ("SG can't log in", "La société est fâchée", "socgen: exports fail"):
        escalate(story, words)
        assert story.form("noor").question("account")["element"]["initial_option"]["text"]["text"] == "Société Générale"
        story.close_form("noor")
    for text in ("status SG", "status socgen"):
        assert story.command("noor", text)["ack"]["text"] == "No escalations for Société Générale."
    # The first word of its name is no name, but nearly.
    story.command("noor", "société export is down")
    assert "initial_option" not in story.form("noor").question("account")["element"]
    assert "Société Générale · " in story.form("noor").all_text
