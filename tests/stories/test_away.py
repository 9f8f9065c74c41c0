"""Everything people can do, while Slack is slow, the database gone, or the database locked: answered, and in words.

Every control, command, shortcut, menu and event that is registered has its row here or in `tests/support/every_press`.
Forms that are filled in are in `tests/stories/test_every_form.py`.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.handlers.kit import words
from bot.handlers.kit.dispatch import Dispatch
from bot.handlers.kit.forms import NOT_OPENED
from bot.policy.record.escalation import EscalationFacts
from bot.views.declaring.declare_form import NOT_EXPLAINED
from bot.views.kit import ids, picking
from tests.support.every_form import CONFIRMED, FORMS
from tests.support.every_press import AWAY, ONLY_LINKS, SCENES, Press, Scene, press, seen
from tests.support.listening import all_routes
from tests.support.person import Json
from tests.support.spent import STAYS, left_after_the_end, stands
from tests.support.story import USERS, Story
from tests.support.story import story as told
from tests.support.trouble import SlowSlack, before_eyes, database_gone, database_locked, triggers_expired

Act = Callable[[], Json]


def seen_after(story: Story, who: str, act: Act, *, settle: bool = False) -> str:
    """Do something, let the bot finish with it, and return what somebody sees that wasn't there before."""
    before = before_eyes(story, who)
    answer = act()
    assert answered(answer), answer
    story._run(story.program.after_ack.finish())
    if settle:
        story.settle()
    return said(answer, before_eyes(story, who) - before)


def said(answer: Json, news: Any) -> str:
    return "\n".join([str(answer.get("ack") or ""), *news])


def answered(answer: Json) -> bool:
    """Return True if Slack got its acknowledgement in time."""
    return not answer.get("timeout") and answer.get("status", 200) in {200, None}


def slow(story: Story, who: str, act: Act, *, late: bool = False) -> str:
    """Do something while Slack is slow, and return what is seen. The acknowledgement comes before Slack answers."""
    before, slack = before_eyes(story, who), SlowSlack(story)
    with slack.holding():
        answer = act()
        assert answered(answer), "it waits for Slack"
        if late:
            with triggers_expired():
                slack.answer()
                story.settle()
        else:
            slack.answer()
            story.settle()
    return said(answer, before_eyes(story, who) - before)


def close_all(story: Story, who: str) -> None:
    if story.has_form(who):
        story.control.post("close", user=USERS[who], all=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """Return the requests that reach the bot, as they come."""
    found: list[Json] = []
    dispatch_ = Dispatch.async_dispatch

    async def noted(self: Dispatch, req: AsyncBoltRequest) -> BoltResponse:
        found.append(dict(req.body))
        return await dispatch_(self, req)

    monkeypatch.setattr(Dispatch, "async_dispatch", noted)
    return found


@pytest.mark.parametrize("name", SCENES)
def test_whatever_is_pressed_is_answered_and_in_words(
    name: str, sqlite_url: str, folder: Path, asked: list[Json]
) -> None:
    scene = SCENES[name]
    with told(sqlite_url, folder, policy=scene.policy) as story:
        scene.tell(story)
        for one in scene.presses:
            press_all_ways(story, scene, one, asked)
        assert_nothing_is_left(story)


def assert_nothing_is_left(story: Story) -> None:
    """Withdraw the first escalation, and look for buttons that are left in its messages."""
    close_all(story, "maria")
    story.command("maria", "withdraw ESC-1")
    if story.has_form("maria") and story.form("maria").inputs:
        story.submit("maria", why="mistake", reason="Nothing is broken.")
    if (ended := known(story)) is not None and not ended.is_live:
        assert left_after_the_end(story, 1) == []


def known(story: Story) -> EscalationFacts | None:
    """Return the first escalation; None in a scene without any."""
    try:
        return story.facts(1)
    except LookupError:
        return None


def press_all_ways(story: Story, scene: Scene, one: Press, asked: list[Json]) -> None:
    """Press one control with the database gone, with Slack slow in both ways, and with the database locked."""

    def by_hand() -> Json:
        return press(story, one.who, one.action_id, one.value)

    is_opener = one.shows.startswith("[")
    show(story, scene, one)
    in_trouble(story, one, database_gone, by_hand)
    pressed = asked[-1]
    show(story, scene, one)
    if is_opener:
        news = slow(story, one.who, by_hand, late=True)
        assert NOT_OPENED in news, (one.action_id, news)
        close_all(story, one.who)
        show(story, scene, one)
    news = slow(story, one.who, by_hand)
    assert one.shows in news, (one.action_id, news)
    assert AWAY not in news
    if is_opener:
        close_all(story, one.who)
    elif (at := pressed.get("container", {})).get("type") == "message" and not at["is_ephemeral"]:
        story.settle()
        assert (
            one.action_id in STAYS
            or story.has_form(one.who)
            or not stands(story, at["channel_id"], at["message_ts"], one.action_id)
        ), one.action_id
    if pressed.get("view", {}).get("type") == "modal":
        # Its form has been redrawn since.
        show(story, scene, one)
        in_trouble(story, one, partial(database_locked, story), by_hand)
    else:
        in_trouble(story, one, partial(database_locked, story), partial(again, story, pressed))


def show(story: Story, scene: Scene, one: Press) -> None:
    """Set the scene again where a control is gone, as one that was used up by a form that needs no database."""
    try:
        seen(story, one.who, one.action_id)
    except LookupError:
        close_all(story, one.who)
        scene.tell(story)


def in_trouble(story: Story, one: Press, trouble: Callable[[], AbstractContextManager[None]], act: Act) -> None:
    """Press something while the database is away, and look at what is said."""
    with trouble():
        news = seen_after(story, one.who, act)
    assert one.away in news, (one.action_id, news)
    if one.shows.startswith("["):
        close_all(story, one.who)


def again(story: Story, request: Json) -> Json:
    """Send what was pressed once more, as if it had just been pressed again."""
    app = story.sandbox.workspace.app(request["api_app_id"])
    user = request["user"]["id"]
    fresh = story.sandbox.workspace.triggers.issue(app.id, user, view_id=(request.get("view") or {}).get("id"))
    response = heard(story, request | {"trigger_id": fresh})
    return {"status": response.status, "ack": response.body}


def heard(story: Story, request: Json) -> BoltResponse:
    transport: Any = story.program.transport
    response: BoltResponse = story._run(
        transport.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=request))
    )
    return response


def test_every_control_has_a_scene(sqlite_url: str) -> None:
    pressed = {one.action_id for scene in SCENES.values() for one in scene.presses}
    routes = all_routes(sqlite_url)
    beginnings = tuple(routes.actions_beginning)
    named = {next((each for each in beginnings if name.startswith(each)), name) for name in pressed}
    # Shown by a policy with a matrix only, where tests/stories/declaring/test_matrix.py answers them.
    of_a_matrix = {ids.BROKEN, ids.AFFECTED}
    assert named | ONLY_LINKS | of_a_matrix == {*routes.actions, *routes.actions_beginning}


def test_what_was_drawn_long_ago_is_acknowledged(sqlite_story: Story, asked: list[Json]) -> None:
    story = sqlite_story
    story.home("noor")
    press(story, "noor", ids.PRESS_DECLARE)
    pressed = asked[-1]
    for name in ONLY_LINKS:
        request = pressed | {"actions": [pressed["actions"][0] | {"action_id": name}]}
        with database_gone():
            assert heard(story, request).status == 200


# What is typed behind the command, and what is seen: as things are, and while the database is away.
TYPED: Mapping[str, tuple[str, str]] = {
    "help": ("/escalate list", "/escalate list"),
    "?": ("/escalate list", "/escalate list"),
    "--help": ("/escalate list", "/escalate list"),
    "-h": ("/escalate list", "/escalate list"),
    "list": ("ESC-1", AWAY),
    "status ESC-1": ("Acme", AWAY),
    "policy": ("Sev 1", "Sev 1"),
    "policy list": ("Sev 1", "Sev 1"),
    "simulate": ("[simulate]", "[simulate]"),
    "incident": ("[incident]", AWAY),
    "incidents ESC-1": ("[incident]", AWAY),
    "programme": ("[propose]", "[propose]"),
    "program Acme": ("[propose]", "[propose]"),
    "ack": ("[pick]", AWAY),
    "acknowledge ESC-1": ("You acknowledged ESC-1", AWAY),
    "update ESC-1": ("[update]", AWAY),
    "mitigate ESC-1": ("[mitigate]", AWAY),
    "mitigated ESC-1": ("[mitigate]", AWAY),
    "resolve ESC-1": ("[resolve]", AWAY),
    "resolved ESC-1": ("[resolve]", AWAY),
    "close ESC-2": ("[close]", AWAY),
    "reopen ESC-2": ("[reopen]", AWAY),
    "level ESC-1": ("[change_level]", AWAY),
    "owner ESC-1": ("[assign]", AWAY),
    "assign ESC-1": ("[assign]", AWAY),
    "review ESC-3": ("[review]", AWAY),
    "waive ESC-1": ("[waive]", AWAY),
    "withdraw ESC-1": ("[withdraw]", AWAY),
    "facts ESC-1": ("[facts]", AWAY),
    "timeline ESC-1": ("Timeline", AWAY),
    "account Acme": ("Escalated", AWAY),
    "followups": ("No open follow-ups", AWAY),
    "followup": ("No open follow-ups", AWAY),
    "follow-ups mine": ("You have no open follow-ups", AWAY),
    "follow-up ESC-1": ("No follow-ups match", AWAY),
    "find broken": ("Nothing found", AWAY),
    "audit ESC-1": ("Entries can't be changed or removed", AWAY),
    "report 7d": ("Last 7 days", AWAY),
    "verify ESC-4": ("[verify]", AWAY),
    "now ESC-1": ("[escalate now]", AWAY),
    "oncall": ("Who is on call", AWAY),
    "on-call exports": ("Who is on call", AWAY),
    "away": ("[away]", AWAY),
    "should i": ("Should I escalate?", "Should I escalate?"),
    "training": ("[training]", AWAY),
    "drill": ("[drill]", AWAY),
    "admin": ("Only admins can do this", AWAY),
    "ESC-1": ("Acme", AWAY),
    "": ("[declare]", "[declare]"),
    "acme is down": ("Same issue", NOT_EXPLAINED),
    "it is down": ("[declare]", "[declare]"),
    "Acme": ("Declaring for Acme", "Declaring for Acme"),
    "Acme status": ("Read as `/escalate status Acme`", AWAY),
    "Acme update": ("Read as `/escalate update Acme`", "Read as `/escalate update Acme`"),
    "help me": ("Read as `/escalate help`", "Read as `/escalate help`"),
    "status page is down": ("Read as a new escalation", "Read as a new escalation"),
    "close nobody": ("No escalation or account matches", AWAY),
}


def test_every_verb_is_typed() -> None:
    assert {text.partition(" ")[0] for text in TYPED} >= words.VERBS


def test_whatever_is_typed_is_answered_and_in_words(sqlite_story: Story) -> None:
    story = sqlite_story
    with database_gone():
        help_ = partial(story.control.post, "command", user=USERS["maria"], channel="general", text="help")
        assert AWAY in seen_after(story, "maria", help_), "a person who isn't remembered can't be let in"
    story.command("maria", "help")
    story.declare(level="sev3")
    resolved(story, story.declare(level="sev3"))
    story.declare(account="Initech", level="sev1")
    story.declare(account="Umbrella", level="sev3", category="account_access", summary="Locked out")
    for text, (shows, away) in TYPED.items():

        def type_(text: str = text) -> Json:
            return story.control.post("command", user=USERS["maria"], channel="general", command="/escalate", text=text)

        with database_gone():
            news = seen_after(story, "maria", type_)
        assert away in news, (text, news)
        close_all(story, "maria")
        with database_locked(story):
            news = seen_after(story, "maria", type_)
        assert away in news, (text, news)
        close_all(story, "maria")
        news = slow(story, "maria", type_)
        assert shows in news, (text, news)
        assert AWAY not in news
        close_all(story, "maria")
        if shows.startswith("["):
            assert NOT_OPENED in slow(story, "maria", type_, late=True), text


def resolved(story: Story, number: int) -> None:
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)


@pytest.mark.parametrize("name", [ids.SHORTCUT_DECLARE, ids.SHORTCUT_FROM_MESSAGE])
def test_a_shortcut_opens_the_form_whatever_is_away(name: str, sqlite_story: Story) -> None:
    story = sqlite_story
    story.command("noor", "help")
    ts = story.control.post("message", user=USERS["noor"], channel="general", text="It is down")["ts"]
    place = {"channel": "C01GENERAL", "ts": ts} if name == ids.SHORTCUT_FROM_MESSAGE else {}

    def use() -> Json:
        return story.control.post("shortcut", user=USERS["noor"], callback_id=name, **place)

    for trouble in (database_gone, partial(database_locked, story)):
        with trouble():
            assert "[declare]" in seen_after(story, "noor", use)
        close_all(story, "noor")
    assert "[declare]" in slow(story, "noor", use)
    close_all(story, "noor")
    assert NOT_OPENED in slow(story, "noor", use, late=True)


# How the form of each menu that looks things up is opened, in which block it is, what is typed, what is offered:
# as things are, and while the database is away. A menu has no room for a sentence.
MENUS: Mapping[str, tuple[Callable[[Story], str], str, str, str, str]] = {
    ids.ACCOUNT: (FORMS[ids.DECLARE].open, "account", "acm", "Acme", "Acme"),
    ids.SIMULATE_ACCOUNT: (FORMS[ids.SIMULATE].open, ids.SIMULATE_ACCOUNT, "acm", "Acme", "Acme"),
    ids.PROPOSE_ACCOUNT: (FORMS[ids.PROPOSE].open, "account", "acm", "Acme", "Acme"),
    ids.EDIT_ACCOUNT: (FORMS[ids.EDIT].open, "account", "acm", "Acme", "Acme"),
    ids.FIND_ESCALATION: (FORMS[ids.PICK].open, "escalation", "acm", "ESC-2", ""),
    ids.CAUSE: (FORMS[ids.RESOLVE].open, "cause", "a bad deploy", "a bad deploy", "a bad deploy"),
}


def test_every_menu_that_looks_things_up_is_tried(sqlite_url: str) -> None:
    assert set(MENUS) == set(all_routes(sqlite_url).menus)


@pytest.mark.parametrize("name", MENUS)
def test_a_menu_offers_what_is_known_and_never_breaks(
    name: str, sqlite_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_, _, typed, shows, away = MENUS[name]
    monkeypatch.setattr(picking, "MOST", 1)  # a menu of all escalations is drawn with them, and asks nothing
    with told(sqlite_url, folder) as story:
        story.declare(account="Globex", level="sev3")
        who = open_(story)

        def type_() -> Json:
            return story.control.post("options", user=USERS[who], action_id=name, query=typed)

        for trouble in (database_gone, partial(database_locked, story, patience=2.0)):
            with trouble():
                answer = type_()
            assert "problem" not in answer, answer
            assert away in str(answer["options"])
            assert away or answer["options"] == []
        slack = SlowSlack(story)
        with slack.holding():
            assert shows in str(type_()["options"])


def events(story: Story) -> Mapping[str, Json]:
    """Return an event of each kind that is heard, about the channel and the card of an escalation."""
    facts = story.facts(1)
    place = {"channel": facts.channel_id, "user": USERS["noor"], "actor_id": USERS["noor"]}
    renamed = {"channel": {"id": facts.channel_id, "name": "other"}}
    changes = {f"{kind}_{change}" for kind in ("channel", "group") for change in ("archive", "deleted", "left")}
    changes |= {"channel_unarchive", "group_unarchive", "member_joined_channel", "member_left_channel"}
    return {
        **dict.fromkeys(changes, place),
        "channel_shared": place | {"connected_team_id": "T02OTHER"},
        "channel_unshared": place | {"previously_connected_team_id": "T02OTHER"},
        "reaction_added": {
            "user": USERS["noor"],
            "reaction": "pushpin",
            "item": {"type": "message", "channel": facts.channel_id, "ts": facts.card_ts},
        },
        "reaction_removed": {
            "user": USERS["noor"],
            "reaction": "pushpin",
            "item": {"type": "message", "channel": facts.channel_id, "ts": facts.card_ts},
        },
        "link_shared": place
        | {
            "user": USERS["noor"],
            "message_ts": facts.card_ts,
            "source": "conversations_history",
            "links": [{"domain": "crm.example.com", "url": "https://crm.example/acme"}],
        },
        "channel_rename": renamed,
        "group_rename": renamed,
        "app_home_opened": {"user": USERS["noor"], "tab": "home"},
        "user_change": {"user": {"id": USERS["noor"], "team_id": "T01SANDBOX", "name": "noor", "profile": {}}},
        "message": place | {"subtype": "message_deleted", "deleted_ts": facts.card_ts, "channel_type": "channel"},
    }


def test_an_event_that_cannot_be_stored_is_redelivered(sqlite_story: Story) -> None:
    """Nobody waits for an answer to one; but for Home, which says what is wrong."""
    story = sqlite_story
    story.declare(level="sev3")
    told_of = events(story)
    assert set(told_of) == set(all_routes(story.database_url).events)

    def hear(name: str) -> Json:
        body = {"type": "event_callback", "team_id": "T01SANDBOX", "event": {"type": name, **told_of[name]}}
        response = heard(story, body)
        return {"status": response.status}

    for name in told_of:
        for trouble in (database_gone, partial(database_locked, story)):
            with trouble():
                if name == "app_home_opened":
                    assert AWAY in seen_after(story, "noor", partial(hear, name))
                    # Drawn again by what follows.
                    story.sandbox.workspace.views._homes.clear()
                else:
                    assert hear(name)["status"] == 503, name
        slack = SlowSlack(story)
        with slack.holding():
            assert hear(name)["status"] == 200, name
        story.settle()
