"""A command finds the customer that the menus of the forms find: by a part of the name that only one has."""

from tests.support.story import Story


def answer(story: Story, text: str, who: str = "omar") -> str:
    return str(story.command(who, text)["ack"])


def test_every_verb_finds_the_one_customer_with_a_part_of_its_name(story: Story) -> None:
    number = story.declare("noor", account="Initech", level="sev2", summary="Exports are slow")
    assert "Initech: 1 open escalation." in answer(story, "account ini")
    assert f"ESC-{number}" in answer(story, "status TECH")
    assert f"ESC-{number}" in answer(story, "list ini")
    assert "No account" not in answer(story, "followups ini")
    assert f"You acknowledged ESC-{number} for Initech." in answer(story, "ack init", "dana")
    for verb in ("timeline", "audit", "update", "level", "report", "report 7d of", "simulate", "programme"):
        story.command("ana", f"{verb} ini")
        shown = str(story.form("ana").raw)
        assert "Initech" in shown or f"ESC-{number}" in shown, verb
        story.close_form("ana")


def test_where_several_have_the_part_each_is_a_button_for_the_same_command(story: Story) -> None:
    story.declare("noor", account="Initech", level="sev2", summary="Exports are slow")
    story.program.services.account_import.load(b"name\nInitrode\nGlobex\nInitech\n", "accounts.csv")
    story.program.services.accounts.refresh()
    for verb in ("list overdue", "followups mine", "status", "account", "report"):
        said_of = answer(story, f"{verb} ini")
        assert "Did you mean *Initech* or *Initrode*?" in said_of, verb
        assert f"'value': '{verb} Initech'" in said_of, verb


def test_a_sentence_stays_one(story: Story) -> None:
    story.declare("noor", account="Initech", level="sev2", summary="Exports are slow")
    for text in ("export init", "close the tech deal", "tech status"):
        story.command("omar", text)
        assert text in str(story.form("omar").raw), "it's the summary of a new escalation"
        story.close_form("omar")
    assert "No escalation or account matches “i”." in answer(story, "update i")
