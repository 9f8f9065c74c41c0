"""A customer that was only named in confidence is named to nobody else, whatever they ask."""

from typing import Any

from tests.support.story import USERS, Story


def _offered(story: Story, who: str) -> list[str]:
    """Return the customers that the form offers to somebody."""
    story.command(who)
    groups = [_options(story, who, text) for text in ("", "way", "glo")]
    story.close_form(who)
    return [option for group in groups for option in group]


def _options(story: Story, who: str, query: str) -> list[str]:
    found = story.control.post("options", user=USERS[who], block_id="account", query=query)["options"]
    return [str(option["text"]["text"]) for option in found]


def _learnt(story: Story, who: str) -> list[str]:
    """Return everything that somebody reads who asks for the customer in all the ways there are."""
    asked = [str(story.command(who, text)["ack"]) for text in ("status wayne", "status wayn", "status Wayne GmbH")]
    story.command(who, "wayne is down")
    form = story.form(who).all_text
    story.close_form(who)
    story.command(who, "wayn is down")
    near = story.form(who).all_text
    story.close_form(who)
    story.command(who, "simulate wayne")
    simulated = story.form(who).all_text
    story.close_form(who)
    return [*asked, *_offered(story, who), form, near, simulated]


def _declare(story: Story, *, confidential: bool = False) -> int:
    """Have Ana declare for a customer that nobody has heard of."""
    answers: dict[str, Any] = {"confidential": ["confidential"]} if confidential else {}
    number = story.declare("ana", account="Wayne", level="sev3", summary="Leaked keys", **answers)
    story.forward(minutes=5)
    return number


def test_who_may_not_see_it_learns_nothing_and_the_declarer_finds_it(story: Story) -> None:
    before = _learnt(story, "noor")
    _declare(story, confidential=True)
    assert _learnt(story, "noor") == before
    assert "Leaked keys" in str(story.command("ana", "status wayne")["ack"])
    assert "Wayne" in _offered(story, "ana")


def test_what_is_said_openly_for_the_same_customer_is_one_account_and_written_as_it_is_said(story: Story) -> None:
    secret = _declare(story, confidential=True)
    open_one = story.declare("noor", account="WAYNE", level="sev3", summary="Exports are slow")
    story.forward(minutes=5)
    assert story.facts(open_one).account == story.facts(secret).account
    assert "WAYNE" in _offered(story, "eli")
    assert "Exports are slow" in str(story.command("eli", "status wayne")["ack"])
    assert "Leaked keys" not in str(story.command("eli", "status wayne")["ack"])
    assert "There are other" not in story.card(open_one).all_text


def test_an_import_names_it_openly(story: Story) -> None:
    _declare(story, confidential=True)
    story.program.services.accounts.load(b"name\nWayne\n", "accounts.csv")
    story.forward(minutes=5)
    assert "Wayne" in _offered(story, "noor")


def test_one_made_confidential_later_is_forgotten_by_the_others(story: Story) -> None:
    before = _learnt(story, "eli")
    number = _declare(story)
    assert "Wayne" in _offered(story, "eli")
    story.menu("ana", "category", number, confidential=["confidential"])
    story.forward(minutes=5)
    assert _learnt(story, "eli") == before
    assert "Leaked keys" in str(story.command("ana", "status wayne")["ack"])


def test_one_that_is_named_openly_too_stays(story: Story) -> None:
    number = _declare(story)
    story.declare("noor", account="Wayne", level="sev4", summary="A question")
    story.menu("ana", "category", number, confidential=["confidential"])
    story.forward(minutes=5)
    assert "Wayne" in _offered(story, "eli")
    assert "A question" in str(story.command("eli", "status wayne")["ack"])


def test_a_customer_of_the_directory_stays(story: Story) -> None:
    number = story.declare("ana", account="Globex", level="sev3", confidential=["confidential"])
    story.forward(minutes=5)
    assert story.facts(number).is_private
    assert "Globex" in _offered(story, "eli")
