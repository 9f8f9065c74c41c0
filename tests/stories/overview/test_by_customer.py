"""A customer is escalated, not a ticket: lists, Home and the digest show each customer's escalations together (S0)."""

from tests.stories.overview.test_home import texts, under
from tests.stories.overview.test_many_open import open_many
from tests.support.story import Story


def test_a_customers_escalations_stand_below_its_name_wherever_lists_are(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev2", summary="Exports are slow", at="Mon 2026-03-09 10:00")
    story.declare("noor", account="Umbrella", level="sev3", summary="Wrong totals")
    story.declare("noor", account="Acme", level="sev4", summary="A wrong colour")
    story.command("dana", "ack ESC-3")
    title, *listed = [block["text"]["text"] for block in story.command("maria", "list")["ack"]["blocks"]]
    assert title == "3 open escalations of 2 customers"
    assert [each.split(" · ")[0] for each in listed] == [
        "*Acme*",
        "↳ :white_circle: *Sev 4*",
        listed[2].split(" · ")[0],
    ]
    assert listed[0].startswith("*Acme* · 2 escalations\n↳ :large_orange_circle: *Sev 2* · <")
    assert "Acme" not in listed[1]
    assert "Sev 3 · Umbrella" in listed[2], "a customer with one has one line, as before"
    assert "\n" not in listed[2]

    story.home("ana")
    blocks = story.control.get("home", user="U01ANA")["view"]["blocks"]
    needed, others = under(blocks, "Needs you"), under(blocks, "Everything else")
    assert ["Sev 2 · Acme" in each for each in needed] == [True, False], (
        "only one of Acme's needs her, and stands alone"
    )
    assert ["Sev 4 · Acme" in each for each in others] == [True]
    assert texts(blocks)[0].startswith("*3 open* of 2 customers · "), "escalations are counted, as ever"

    story.skip_to("Tue 2026-03-10 09:00")
    digest = next(each for each in story.direct("maria") if each.text.startswith("Your team"))
    lines = [block["text"]["text"] for block in digest.raw["blocks"] if block["type"] == "section"]
    assert ["2 escalations" in each for each in lines] == [True, False, False]
    assert "*Sev 4* · <" in lines[1], "what needs no action of a customer that does stands with it"


def test_a_page_that_begins_amid_a_customers_names_it_again_and_the_digest_shows_others_too(story: Story) -> None:
    story.skip_to("Mon 2026-03-09 10:00")
    open_many(story, 25, of="Initech")
    story.declare("noor", account="Umbrella", level="sev4")
    first = str(story.command("dana", "list"))
    assert "26 open escalations of 2 customers" in first
    assert first.count("*Initech* · 25 escalations") == 1
    second = str(story.command("dana", "list 2"))
    assert second.count("*Initech* · 25 escalations") == 1
    assert "Umbrella" in second
    story.skip_to("Tue 2026-03-10 09:00")
    digest = next(each for each in story.direct("maria") if each.text.startswith("Your team")).all_text
    assert digest.count("↳") == 3, "the customer with most doesn't hide the others"
    assert "Umbrella" in digest
    assert "22 more: see the Home tab." in digest
