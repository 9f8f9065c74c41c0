"""Slack is away for a while, or does not respond: what was accepted is done once when it is back."""

import time
from collections.abc import Iterator

import pytest

from tests.crash.aftermath import Aftermath
from tests.crash.company import PEOPLE, Company, company, until
from tests.support.databases import Sqlite

pytestmark = pytest.mark.crash

_OUTAGE_SECONDS = 1.5
_OPENING = ("conversations.*", "chat.postMessage", "bookmarks.add", "pins.add", "views.update")


@pytest.fixture(scope="module")
def place(_sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """Share one company and one bot: each test leaves them at rest."""
    with _sqlite.fresh() as url, company(url, tmp_path_factory.mktemp("outages"), latency_ms=5) as founded:
        bot = founded.hire()
        bot.start()
        bot.wait_ready()
        founded.come_to_rest()
        yield founded


def test_answers_that_never_arrive_repeat_nothing(place: Company) -> None:
    place.fill_in("noor", "Globex")
    for method in _OPENING:
        place.slack.control.post("faults", kind="lost", method=method, times=2)
    place.submit("noor")
    place.come_to_rest()
    Aftermath(place).check()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "ratelimited", "retry_after": 1},
        {"kind": "status", "status": 503},
        {"kind": "hang"},
        {"kind": "nonsense", "status": 403, "body": "<h1>Sign in</h1>"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_what_was_accepted_while_slack_is_away_is_done_when_it_is_back(
    place: Company, fault: dict[str, str | int]
) -> None:
    place.fill_in("ben", "Initech")
    place.slack.control.post("faults", **fault)
    place.submit("ben")
    time.sleep(_OUTAGE_SECONDS)
    place.slack.control.delete("faults")
    place.come_to_rest()
    Aftermath(place).check()


def test_two_that_are_in_doubt_about_one_name_do_not_share_a_channel(place: Company) -> None:
    for who in ("noor", "ben"):
        place.fill_in(who, "Acme")
    # One of the two is done and its response lost, the other is not done: afterwards neither knows which it was.
    for fault in ({"kind": "lost"}, {"kind": "status", "status": 503}):
        place.slack.control.post("faults", method="conversations.create", times=1, **fault)
    with place.together(("noor", "ben")):
        pass
    place.come_to_rest()
    Aftermath(place).check()


def test_a_socket_that_breaks_off_is_opened_again(place: Company) -> None:
    control = place.slack.control
    until(lambda: control.get("connections")["connections"], "there is a socket")
    assert control.post("faults", kind="disconnect")["dropped"]
    until(lambda: control.get("connections")["connections"], "a new socket is opened")
    answer = control.post("command", user=PEOPLE["noor"], channel="general", text="help")
    assert answer["status"] == 200


def test_a_socket_that_breaks_off_in_the_middle_of_a_declaration_declares_once(place: Company) -> None:
    place.fill_in("cleo", "Globex")
    place.slack.control.post("faults", kind="disconnect", delivery="interactive:view_submission", times=1)
    place.submit("cleo")
    place.come_to_rest()
    Aftermath(place).check()
