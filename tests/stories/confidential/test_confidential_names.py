"""A customer that was only named in confidence is named to nobody else, whatever they ask."""

import json
from typing import Any

import pytest

from bot.errors import NotFound
from bot.policy.model.facts import Issue
from bot.services.declaring.declaration import Declaration
from bot.views.kit import ids
from tests.support.story import USERS, Story

# What may be typed before the name of a customer, and what the form that it opens is called.
MOVES = {
    "update": "Update",
    "mitigate": "Mitigate",
    "resolve": "Resolve",
    "level": "level",
    "owner": "owner",
    "withdraw": "Withdraw",
    "facts": "known",
    "verify": "dentity",
}
FORMS = ("incident", "programme", "simulate")


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
    typed = ("wayne is down", "wayn is down", *(f"{verb} wayne" for verb in (*MOVES, *FORMS, "ack")))
    return [*asked, *_offered(story, who), *(_opened(story, who, text) for text in typed)]


def _opened(story: Story, who: str, text: str) -> str:
    """Return everything that the command answers with, and the form that it opens."""
    answer = str(story.command(who, text)["ack"])
    if story.has_form(who):
        kept = json.loads(story.form(who).raw.get("private_metadata") or "{}")
        # Where Slack takes answers to this command, which is new with each.
        kept.pop("origin", None)
        answer += story.form(who).all_text + str(kept)
        story.close_form(who)
    return answer


def _declare(story: Story, *, confidential: bool = False) -> int:
    """Declare as Ana for a customer that nobody has heard of."""
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


@pytest.mark.both_databases
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
    story.program.services.account_import.load(b"name\nWayne\n", "accounts.csv")
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


@pytest.mark.both_databases
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


@pytest.mark.parametrize("who", ["ana", "dana"])
def test_every_verb_takes_the_name_from_those_who_may_know_it(story: Story, who: str) -> None:
    number = _declare(story, confidential=True)
    for verb in MOVES:
        opened = _opened(story, who, f"{verb} wayne gmbh")
        assert f"ESC-{number}" in opened, verb
        assert "What's happening" not in opened, verb
    for verb in FORMS:
        assert "Wayne" in _opened(story, who, f"{verb} Wayne"), verb
    opened = _opened(story, who, "wayne is down again")
    assert "Wayne" in opened
    assert f"ESC-{number}" in opened
    assert "You acknowledged ESC-1 for Wayne" in str(story.command(who, "ack wayne")["ack"])
    story.act(who, ids.PRESS_RESOLVE, number, fixed="Revoked.", confirmed_by="Joe", confirmed_how="call")
    assert f"ESC-{number}" in _opened(story, who, "reopen wayne")


def test_a_name_that_is_spelt_nearly_so_is_asked_about_by_those_who_may_know_it(story: Story) -> None:
    before = (
        _opened(story, "noor", "weyland yutany is down"),
        str(story.command("noor", "status weyland yutany")["ack"]),
    )
    story.declare("ana", account="Weyland Yutani", level="sev3", summary="Leaked keys", confidential=["confidential"])
    story.forward(minutes=5)
    assert "Weyland" in _opened(story, "ana", "weyland yutany is down")
    assert "Did you mean *Weyland Yutani*?" in str(story.command("ana", "status weyland yutany")["ack"])
    assert (
        _opened(story, "noor", "weyland yutany is down"),
        str(story.command("noor", "status weyland yutany")["ack"]),
    ) == before


def test_a_key_that_they_may_not_see_is_answered_as_one_that_does_not_exist(story: Story) -> None:
    _declare(story, confidential=True)
    for verb in ("status", "ack", "review", "waive", "close", "reopen", "incident", *MOVES):
        told = len(story.direct("noor"))
        answers = []
        for key in ("ESC-1", "ESC-99"):
            answer = _opened(story, "noor", f"{verb} {key}")
            answer += "".join(message.all_text for message in story.direct("noor")[told:])
            told = len(story.direct("noor"))
            # A form keeps the number that was typed.
            answers.append(answer.replace(key, "the key").replace(f"[{key.removeprefix('ESC-')}]", "[the number]"))
        assert answers[0] == answers[1], verb
        assert "the key" in answers[0] or verb == "incident", verb


@pytest.mark.both_databases
def test_the_number_of_such_an_account_opens_nothing_to_others(story: Story) -> None:
    """Slack's client sends what it was offered; another one may send anything."""
    number = _declare(story, confidential=True)
    services = story.program.services
    with services.database.transaction() as tx:
        account = services.accounts.meant(tx, "wayne", viewer=USERS["ana"])
    assert account is not None
    assert services.accounts.get(account.id, viewer=USERS["ana"]) == account
    assert services.accounts.get(account.id, viewer=USERS["noor"]) is None
    assert services.accounts.facts(account.id, "Typed", viewer=USERS["noor"]).name == "Typed"
    issue = Issue(level="sev3")
    seen = {
        who: services.declaration_previews.preview(
            account_id=account.id, new_account=None, issue=issue, area=None, by=USERS[who]
        )
        for who in ("ana", "noor")
    }
    assert seen["ana"].account is not None
    assert [facts.number for facts, _ in seen["ana"].others.shown] == [number]
    assert seen["noor"].account is None
    assert seen["noor"].others.total == 0
    declaration = Declaration(account_id=account.id, new_account=None, summary="Down", level="sev3")
    with pytest.raises(NotFound, match="no longer in the directory"):
        services.declarations.declare(declaration, by=USERS["noor"], request="forged")
