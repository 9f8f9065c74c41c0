"""Rings by routes beside Slack: in order, the next at once when one fails, others when all do."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.integrations.pagerduty.events import PagerDutyEvents
from bot.policy.record.escalation import PageFacts, RouteState
from bot.ports.leases import LeaseLostError
from bot.views.kit import ids
from sandbox.pager.state import ACKNOWLEDGED, RESOLVED, TRIGGERED, Incident, PagerState
from tests.support.inbox import Inbox, inbox
from tests.support.story import DIRECTORY, USERS, Story
from tests.support.story import story as told

KEY = "A" * 32
PEOPLE = """
people:
  - email: dana@example.com
    slack_id: U01DANA
    phone: "+49 30 901820"
    routes: [pagerduty, "apprise:sms", slack]
    quiet_hours: {from: "22:00", to: "07:00", zone: Europe/Berlin}
  - {email: ana@example.com, slack_id: U01ANA, manager: maria@example.com}
  - {email: eli@example.com, routes: [pagerduty]}
  - {email: maria@example.com, slack_id: U01MARIA, manager: omar@example.com, routes: ["apprise:push"]}
"""


def directory(people: str) -> str:
    """Return the story's directory with other people."""
    before, _, rest = DIRECTORY.partition("people:")
    return before + people.strip() + "\nareas:" + rest.partition("areas:")[2]


@pytest.fixture
def target() -> Iterator[Inbox]:
    """Yield an inbox that serves from a thread of its own."""
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    made: list[Inbox] = []

    async def serve() -> None:
        async with AsyncExitStack() as stack:
            made.append(await stack.enter_async_context(inbox()))
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), name="inbox", daemon=True)
    thread.start()
    assert ready.wait(10)
    yield made[0]
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def options(target: Inbox, people: str = PEOPLE) -> dict[str, Any]:
    return {
        "directory": directory(people),
        "pagerduty_routing_key": KEY,
        "pagerduty_url": lambda sandbox: f"{sandbox.url}/pagerduty",
        "pagerduty_webhook_secret": "sandbox-webhook-secret",
        "pagerduty_token": "api-token",
        "apprise_urls": f"sms={target.address('sms/{phone}')} push={target.address('push/{slack_id}')}",
        "public_url": "https://escalate.example.com",
    }


@pytest.fixture
def story(database_url: str, folder: Path, target: Inbox) -> Iterator[Story]:
    with told(database_url, folder, transport="http", **options(target)) as begun:
        pager = begun.sandbox.pager
        pager.webhooks.url = f"http://127.0.0.1:{begun.program.listener.port}/pagerduty"
        pager.state.users = {"dana@example.com": "Dana Fox", "eli@example.com": "Eli Brandt", "x@example.com": "Xi"}
        yield begun


def state(story: Story) -> PagerState:
    return story.sandbox.pager.state


def incident(story: Story) -> Incident:
    [found] = state(story).incidents.values()
    return found


def page_of(story: Story, number: int, who: str = "dana") -> PageFacts:
    return next(page for page in story.facts(number).pages if page.person == USERS[who])


def fared(story: Story, number: int, who: str = "dana") -> dict[str, RouteState]:
    return {one.route: one.state for one in page_of(story, number, who).routes}


def test_a_ring_goes_by_the_first_route_and_slack(story: Story, target: Inbox) -> None:
    number = story.declare(account="Acme", level="sev1")
    assert incident(story).title == "ESC-1 Sev 1 Acme: acknowledge it"
    assert incident(story).severity == "critical"
    assert incident(story).link is not None
    assert len(story.pages("dana")) == 1
    assert target.messages == []
    assert fared(story, number) == {"slack": RouteState.SENT, "pagerduty": RouteState.SENT}
    story.forward(minutes=5)
    assert len(incident(story).rings) == 2, "a repeat rings the same alarm again"


def test_somebody_who_stays_silent_is_rung_by_one_more_route_each_time(story: Story, target: Inbox) -> None:
    number = story.declare(account="Acme", level="sev1")
    assert set(fared(story, number)) == {"slack", "pagerduty"}
    story.forward(minutes=5)
    assert fared(story, number) == dict.fromkeys(("slack", "pagerduty", "apprise:sms"), RouteState.SENT)
    assert [path for path, _ in target.messages] == ["/sms/+4930901820"]
    assert ":pager: Paging <@U01DANA> (Slack, PagerDuty, sms)." in story.card(number).all_text
    story.forward(minutes=5)
    assert len(target.messages) == 2
    rung = [message for message in story.direct("dana") if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons]
    assert len(rung) == 1, "in Slack there's one message"
    story.press("dana", ids.PRESS_ACKNOWLEDGE_PAGE, on=rung[0])
    story.forward(minutes=30)
    assert len(target.messages) == 2, "nobody is rung any more"


def test_who_is_silent_by_all_routes_is_rung_at_most_twelve_times_in_five_hours(story: Story, target: Inbox) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.forward(hours=5)
    assert 6 < len(story.pages("dana")) <= 12
    texted = [path for path, _ in target.messages if path.startswith("/sms/")]
    assert len(texted) == len(story.pages("dana")) - 1, "all but the first ring"
    assert sum(len(one.rings) for one in state(story).incidents.values()) == len(story.pages("dana"))
    assert story.facts(number).acknowledged_at is None


def test_an_alarm_that_rings_when_quiet_hours_begin_is_resolved_there(
    database_url: str, folder: Path, target: Inbox
) -> None:
    sleeper = 'routes: [pagerduty], quiet_hours: {from: "22:00", to: "07:00", zone: Europe/Berlin}'
    people = PEOPLE.replace('routes: ["apprise:push"]', sleeper)
    with told(database_url, folder, **options(target, people)) as story:
        story.forward_to("Fri 2026-03-06 14:52")  # in Berlin 20:52
        story.declare(account="Acme", level="sev2")
        story.forward(minutes=62)
        assert incident(story).status == TRIGGERED, "the breach pages Maria"
        story.forward(minutes=12)
        assert incident(story).status == RESOLVED, "it's ten in Berlin"


def test_somebody_the_directory_knows_by_mail_only_has_their_routes(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", area="exports", at="Mon 2026-03-09 10:00")
    assert story.facts(number).holder("fix_owner") == USERS["eli"]
    assert fared(story, number, "eli")["pagerduty"] is RouteState.SENT


def test_an_acknowledgement_in_pagerduty_acknowledges_here_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    pager = story.sandbox.pager
    assert story.run(pager.acknowledge(incident(story), "eli@example.com")) == 200
    story.settle()
    assert story.facts(number).acknowledged_by == USERS["eli"], "PagerDuty knows who it was"
    assert "<@U01ELI> acknowledged in PagerDuty." in story.said(number)[-1]
    assert fared(story, number)["pagerduty"] is RouteState.ACKNOWLEDGED
    said = story.said(number)
    assert story.run(pager.webhooks.repeat()) == 200
    story.settle()
    assert story.said(number) == said, "told again, it does nothing"


def test_somebody_unknown_here_is_named_as_pagerduty_does(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.run(story.sandbox.pager.acknowledge(incident(story), "x@example.com"))
    story.settle()
    assert story.facts(number).acknowledged_by == USERS["dana"]
    assert "Xi acknowledged <@U01DANA>'s page in PagerDuty." in story.said(number)[-1]


def test_an_acknowledgement_here_acknowledges_in_pagerduty_and_the_end_resolves(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert incident(story).status == ACKNOWLEDGED
    story.act("dana", ids.PRESS_MITIGATE, number)
    assert incident(story).status == RESOLVED


def test_a_resolution_in_pagerduty_closes_nothing_and_the_page_goes_on(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.run(story.sandbox.pager.resolve(incident(story), "dana@example.com"))
    story.settle()
    assert story.facts(number).acknowledged_at is None
    assert story.facts(number).is_live
    story.forward(minutes=5)
    assert len(state(story).incidents) == 2, "it opens another alarm there"


@pytest.mark.parametrize("header", ["", "v1=", "v1=" + "0" * 64, "v0=abc"])
def test_a_forged_webhook_is_refused(story: Story, header: str) -> None:
    number = story.declare(account="Acme", level="sev1")
    webhooks = story.sandbox.pager.webhooks
    webhooks.url, url = None, webhooks.url
    story.run(story.sandbox.pager.acknowledge(incident(story), "dana@example.com"))
    body, headers = webhooks.sent[-1]
    webhooks.url = url
    webhooks.sent.append((body, {**headers, "X-PagerDuty-Signature": header}))
    assert story.run(webhooks.repeat()) == 401
    story.real_clock.at = story.real_clock.at.replace(year=2027)
    webhooks.sent.append((body, headers))
    assert story.run(webhooks.repeat()) == 400, "one of last year isn't believed either"
    assert story.facts(number).acknowledged_at is None


@pytest.mark.parametrize("status", [429, 500, 503])
def test_pagerduty_that_is_busy_is_asked_again_and_the_next_route_is_tried_at_once(
    story: Story, target: Inbox, status: int
) -> None:
    state(story).refusals = [status]
    number = story.declare(account="Acme", level="sev1")
    assert fared(story, number) == dict.fromkeys(("slack", "apprise:sms", "pagerduty"), RouteState.SENT)
    [(path, message)] = target.messages
    assert path == "/sms/+4930901820"
    assert message["title"] == "ESC-1 Sev 1 Acme: acknowledge it"
    assert "https://escalate.example.com/l/" in message["message"]
    assert incident(story).rings
    assert ":pager: Paging <@U01DANA> (Slack, PagerDuty, sms)." in story.card(number).all_text


def test_the_card_and_its_menu_say_who_was_paged_and_what_failed(story: Story) -> None:
    state(story).services = {"B" * 32: "another"}
    number = story.declare(account="Acme", level="sev1")
    assert ":pager: Paging <@U01DANA> (Slack, PagerDuty failed, sms)." in story.card(number).all_text
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert ":pager: Paging" not in story.card(number).all_text
    story.more("noor", "pages", number)
    seen = str(story.form("noor").raw)
    assert "<@U01DANA>, fix owner" in seen
    assert "PagerDuty (failed)" in seen


@pytest.mark.parametrize(
    "trouble", [LeaseLostError(), OperationalError("SELECT", {}, Exception("lock timeout"))], ids=["lease", "database"]
)
def test_a_route_is_not_to_blame_for_a_lost_lease_or_the_database(
    story: Story, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    ring, troubles = PagerDutyEvents.trigger, [trouble]

    async def trigger(pager: PagerDutyEvents, *given: Any) -> None:
        if troubles:
            raise troubles.pop()
        await ring(pager, *given)

    monkeypatch.setattr(PagerDutyEvents, "trigger", trigger)
    number = story.declare(account="Acme", level="sev1")
    story.forward(seconds=10)
    assert incident(story).rings
    assert fared(story, number)["pagerduty"] is RouteState.SENT


def test_a_refused_key_goes_on_by_the_next_route(story: Story, target: Inbox) -> None:
    state(story).services = {"B" * 32: "another"}
    number = story.declare(account="Acme", level="sev1")
    assert fared(story, number)["pagerduty"] is RouteState.FAILED
    assert len(target.messages) == 1


def test_in_quiet_hours_only_level_one_wakes_somebody(story: Story) -> None:
    story.forward_to("Fri 2026-03-06 17:00")
    story.declare(account="Globex", level="sev3", summary="Slow")
    quiet = story.declare(account="Acme", level="sev2")
    story.forward(minutes=65)
    assert [page.person for page in story.facts(quiet).pages], "the breach pages somebody"
    assert not state(story).incidents
    story.declare(account="Initech", level="sev1", summary="Down")
    assert state(story).incidents


def test_a_page_that_fails_on_every_route_pages_the_next_and_the_manager_loudly(story: Story, target: Inbox) -> None:
    state(story).services = {"B" * 32: "another"}
    target.status = 500
    story.control.post("faults", method="chat.postMessage", kind="error", error="user_disabled", times=1)
    number = story.declare(account="Acme", level="sev1")
    story.forward(minutes=4)
    facts = story.facts(number)
    assert {page.person for page in facts.pages} >= {USERS["dana"], USERS["ana"], USERS["maria"]}
    assert fared(story, number) == dict.fromkeys(("slack", "pagerduty", "apprise:sms"), RouteState.FAILED)
    assert any("Couldn't reach <@U01DANA> (fix owner) by" in text for text in story.said(number))
    assert story.pages("ana")
    assert story.pages("maria")


def test_no_secret_is_logged_or_stored(story: Story, target: Inbox, capfd: pytest.CaptureFixture[str]) -> None:
    target.status = 500
    state(story).services = {"B" * 32: "another"}
    number = story.declare(account="Acme", level="sev1")
    seen = capfd.readouterr()
    kept = str(story.facts(number)) + seen.out + seen.err
    assert KEY not in kept
    assert "json://" not in kept
