"""`/escalate find`: words lead to customers and escalations, the same on both databases."""

import pytest

from bot.models.review_document import ReviewDocument
from bot.services.overview import finding
from bot.views.kit import ids
from tests.support.story import Story


def found(story: Story, who: str, words: str) -> str:
    return str(story.command(who, f"find {words}")["ack"])


@pytest.fixture
def told(story: Story) -> Story:
    """Return a story with three escalations, of which the second is confidential."""
    story.declare("noor", account="Acme", level="sev3", summary="Exports of Générale invoices fail")
    story.declare("noor", account="Globex", level="sev3", summary="Leaked keys", confidential=["confidential"])
    number = story.declare("noor", account="Umbrella", level="sev3", summary="Wrong totals in the sign-in page")
    story.act(
        "ana", ids.PRESS_UPDATE, number, known="The currency rounds twice.", customer_text="We found the rounding."
    )
    return story


def test_words_are_found_in_summaries_updates_and_names(told: Story) -> None:
    assert "ESC-1" in found(told, "omar", "invoice"), "the beginning of a word"
    rounding = found(told, "omar", "ROUND")
    assert "1 escalation: ROUND" in rounding
    assert "ESC-3" in rounding
    assert "We found the rounding." in rounding
    assert "ESC-1" in found(told, "omar", "acme")
    assert f"'{ids.PRESS_ACCOUNT}'" in found(told, "omar", "acme"), "the way to the customer's page"
    both = found(told, "omar", "umbrella totals")
    assert "ESC-3" in both
    assert "Nothing found" in found(told, "omar", "acme totals")


@pytest.mark.both_databases
def test_written_reviews_are_found_as_they_stand(told: Story) -> None:
    def write(story: str) -> None:
        with told.program.services.database.transaction() as tx:
            row = tx.session.get(ReviewDocument, 3) or ReviewDocument(escalation_id=3, drafted_at=tx.now)
            row.story = story
            tx.session.add(row)

    write("A certificate had expired.")
    assert "ESC-3" in found(told, "omar", "certificate")
    write("A key had expired.")
    assert "Nothing found" in found(told, "omar", "certificate")
    assert "ESC-3" in found(told, "omar", "umbrella expired")


@pytest.mark.both_databases
def test_case_and_accents_make_no_difference_either_way(told: Story) -> None:
    for words in ("generale", "GÉNÉRALE", "générale", "ge\u0301ne"):
        assert "ESC-1" in found(told, "omar", words), words
    assert "ESC-3" in found(told, "omar", "sign-in")
    assert "ESC-3" in found(told, "omar", "sign in")


def test_confidential_ones_are_found_by_their_people_only(told: Story) -> None:
    assert "Leaked keys" in found(told, "noor", "leaked")
    assert "Nothing found" in found(told, "eli", "leaked")
    assert "ESC-2" not in found(told, "eli", "globex")


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "words",
    ['"', "'", "a:*", "NEAR(a b)", "* OR *", "-", "(", "x' OR 1=1 --", "said:x", "\\", "%", "&|!<->", "😀", "a" * 300],
)
def test_no_query_does_harm(words: str, told: Story) -> None:
    said = found(told, "omar", words)
    assert "went wrong" not in said
    assert "Leaked" not in said


def test_nothing_typed_says_what_to_type(told: Story) -> None:
    assert "Type words to find" in found(told, "omar", "")


@pytest.mark.both_databases
def test_every_part_is_reached_and_edits_are_followed(told: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "SHOWN", 1)
    monkeypatch.setattr("bot.handlers.accounts.SHOWN", 1)
    told.command("noor", "find sev e")
    assert "Nothing found" in found(told, "noor", "nothing of the kind")
    told.command("noor", "find in")
    (first,) = [each for each in told.messages("general", "noor") if each.text.startswith("2 escalations: in")]
    assert "ESC-3" in str(first.raw)
    told.press("noor", ids.PRESS_FIND_OLDER, on=first)
    (second,) = [each for each in told.messages("general", "noor") if each.text.startswith("2 escalations: in")]
    assert "ESC-1" in str(second.raw)
    told.menu("noor", "edit", 1, summary="Uploads fail")
    assert "Nothing found" in found(told, "omar", "invoices")
    assert "ESC-1" in found(told, "omar", "uploads")
