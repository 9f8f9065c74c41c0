"""Every button, menu and checkbox with an immediate response: where it is shown, and what it does.

Tests that press them while something is away use this table; `tests/stories/test_away.py` checks that it is complete.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.models.blocks import OverflowMenuElement
from sqlalchemy import delete

from bot.errors import Unavailable
from bot.models.trainees import TrainingMark
from bot.policy.model.directory import EntryKind
from bot.policy.record.captures import SaidMessage
from bot.views.declaring.declare_form import NOT_EXPLAINED
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, option, section
from bot.views.overview import home
from tests.support.every_form import (
    CONFIRMED,
    FORMS,
    MAILS,
    PROPOSAL,
    drilling,
    follow_up,
    in_its_second_week,
    in_training,
)
from tests.support.person import Json
from tests.support.story import USERS, Story

AWAY = str(Unavailable())


@dataclass(frozen=True)
class Press:
    """A control, who uses it with which value, and words they see afterwards; a form is named as `[update]`."""

    action_id: str
    who: str
    shows: str
    value: str | None = None
    # What they see while the database is away.
    away: str = AWAY


@dataclass(frozen=True)
class Scene:
    """A point in a story where some controls are visible. They are pressed in order."""

    tell: Callable[[Story], None]
    presses: tuple[Press, ...]
    policy: str = "sev"


def press(story: Story, who: str, action_id: str, value: str | None = None) -> Json:
    """Press the newest control of that name that somebody sees, and settle nothing afterwards."""
    asked: Json = {"user": USERS[who], "action_id": action_id, **({"value": value} if value is not None else {})}
    return story.control.post("press", **asked, **seen(story, who, action_id))


def seen(story: Story, who: str, action_id: str) -> Json:
    """Return where somebody sees a control: in their form, on their Home tab, or in a message."""
    for view in reversed(story.control.get("views", user=USERS[who])["views"]):
        for block_id, name in _controls(view["blocks"]):
            if name == action_id:
                return {"surface": "modal", "block_id": block_id}
    for block_id, name in _controls(home_of(story, who)["blocks"]):
        if name == action_id:
            return {"surface": "home", "block_id": block_id}
    for channel in mine(story, who):
        for message in reversed(story.messages(channel, who)):
            for block_id, name in _controls(message.raw.get("blocks") or []):
                if name == action_id:
                    return {"channel": channel, "ts": message.ts, "block_id": block_id}
    raise LookupError(f"{who} sees no {action_id}")


def home_of(story: Story, who: str) -> Json:
    """Return somebody's Home tab, which is empty before it is published."""
    drawn = [view for view in story.sandbox.workspace.views.homes() if view.user == USERS[who]]
    return drawn[0].as_json() if drawn else {"blocks": []}


def mine(story: Story, who: str) -> list[str]:
    """Return the conversations somebody is in."""
    me = USERS[who]
    channels = story.state()["channels"]
    return [one["id"] for one in channels if me in (one.get("user"), *one.get("members", ()))]


def _controls(blocks: Any) -> Iterator[tuple[str, str]]:
    for block in blocks:
        yield from ((block["block_id"], name) for name in _names(block))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "action_id" in value:
            yield value["action_id"]
        for item in value.values():
            yield from _names(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names(item)


# The scenes.


def _opened(story: Story) -> None:
    story.declare(level="sev1", at="Fri 2026-03-06 10:00")


def _light(story: Story) -> None:
    story.declare(level="sev3")
    story.forward(minutes=1)


def _helped(story: Story) -> None:
    story.declare(level="sev3", category="service_outage")


def _playbook(story: Story) -> None:
    number = story.declare(level="sev3", category="service_outage")
    story.press("ana", ids.PRESS_PLAYBOOK, on=story.card(number))


def _earlier(story: Story) -> None:
    """Post a message with buttons that no view draws any more."""
    number = story.declare(level="sev3")
    story.post_as_bot(
        number,
        actions(
            button("More…", ids.PRESS_MORE, str(number)),
            button("Name", f"{ids.PRESS_FACT}customer.name", f"{number}:customer.name"),
        ),
    )


def _earlier_menu(story: Story) -> None:
    _earlier(story)
    press(story, "noor", ids.PRESS_MORE)
    story.settle()


def _resolved(story: Story) -> None:
    number = story.declare(level="sev3")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)


def _long_timeline(story: Story) -> None:
    number = story.declare(level="sev3")
    channel = str(story.facts(number).channel_id)
    for step in range(45):
        said = SaidMessage(channel, f"1772809200.{step:06}", USERS["dana"], f"Step {step}.", story.clock.at)
        story.program.services.captures.add(said, by=USERS["dana"])
    story.more("ana", "timeline", number)


def _end_of_timeline(story: Story) -> None:
    _long_timeline(story)
    story.press_in_form("ana", ids.PRESS_TIMELINE_OLDER)


def _followed_up(story: Story) -> None:
    follow_up(story)


def _follow_ups_shown(story: Story) -> None:
    story.more("dana", "followups", follow_up(story))


def _follow_ups_late(story: Story) -> None:
    follow_up(story)
    story.skip(days=21)


def _reminded(story: Story) -> None:
    number = story.declare(level="sev1", at="Fri 2026-03-06 15:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=30)


def _channel(story: Story, name: str, *members: str) -> str:
    created = story.control.post("create", user=USERS["eli"], name=name)["channel"]
    bot = next(app["user_id"] for app in story.state()["apps"])
    story.control.post("invite", user=USERS["eli"], channel=created, users=[bot, *(USERS[who] for who in members)])
    return str(created)


def _team_to_write(story: Story) -> None:
    story.declare("noor", level="sev3", category="complex_billing")


def _team_asked(story: Story) -> None:
    _channel(story, "tech-support-escalations", "omar")
    story.declare(level="sev3", category="technical", summary="CSV is broken")


def _policy(story: Story) -> None:
    story.command("noor", "policy")


def _details(story: Story) -> None:
    story.press("ana", ids.PRESS_FACTS, on=story.card(story.declare(level="sev3")))


def _joined_form(story: Story) -> None:
    number = story.declare(level="sev3")
    story.command("noor", "acme")
    join = {"surface": "modal", "action_id": ids.JOIN, "block_id": f"join-{number}"}
    story.control.post("press", user=USERS["noor"], **join)
    story.settle()


def _refused(story: Story) -> None:
    story.control.post("faults", kind="error", method="conversations.create", error="restricted_action")
    story.command("noor")
    story.submit("noor", account="Acme", summary="Exports are down", level="sev3")
    story.control.delete("faults")


def _to_verify(story: Story) -> None:
    number = story.declare(level="sev3", category="account_access", summary="Locked out")
    story.menu("dana", "verify", number, factors=["email_control"])


def _to_approve(story: Story) -> None:
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "security_privacy")
    ticked = {"signs-security_privacy": ["gdpr_deletion"]}
    story.submit("noor", account="Acme", summary="Wants everything deleted", level="sev1", **ticked)
    story.more("noor", "verify", story.newest())
    story.submit("noor", factors=["email_control", "payment_last_four", "photo_id"])


def _level_asked(story: Story) -> None:
    story.menu("noor", "level", story.declare(level="sev3"), level="sev1", reason="It is their launch day.")


def _home(story: Story) -> None:
    for account in ("Acme", "Globex", "Initech"):
        story.declare(account=account, level="sev4")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "SHOWN", 1)
        story.home("noor")


def _home_second_page(story: Story) -> None:
    _home(story)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "SHOWN", 1)
        press(story, "noor", ids.PRESS_HOME_AFTER)
        story.settle()


def _digest(story: Story) -> None:
    number = story.declare(level="sev2")
    story.post_as_bot(number, actions(button("When it comes…", ids.PRESS_DIGEST_HOURS, "digest")))
    menu = OverflowMenuElement(action_id=ids.PICK_DIGEST, options=[option(f"{number}:remind", "Remind the fix owner")])
    story.post_as_bot(number, section("A line of a digest.", accessory=menu))


def _sponsor_digest(story: Story) -> None:
    number = story.declare(level="sev3")
    story.post_as_bot(number, actions(button("When it comes…", ids.PRESS_SPONSOR_HOURS, "digest")))


def _hot_list(story: Story) -> None:
    number = story.declare(level="sev3")
    story.post_as_bot(number, actions(button("Ask executives…", ids.PRESS_ASK, "hot list")))


def _found(story: Story) -> None:
    for place in range(9):
        story.declare(level="sev4", summary=f"Problem {place}")
    story.command("noor", "find problem")


def _found_older(story: Story) -> None:
    _found(story)
    press(story, "noor", ids.PRESS_FIND_OLDER)
    story.settle()


def _listed(story: Story) -> None:
    story.declare(level="sev3")
    story.command("noor", "list acme")


def _account_page(story: Story) -> None:
    for _ in range(6):
        number = story.declare(level="sev3")
        story.command("noor", f"withdraw ESC-{number}")
        story.submit("noor", why="mistake", reason="Nothing is broken.")
    story.command("noor", "account acme")


def _account_page_older(story: Story) -> None:
    _account_page(story)
    press(story, "noor", ids.PRESS_ACCOUNT_OLDER)
    story.settle()


def _archived(story: Story) -> None:
    number = story.declare(level="sev3")
    story.by_hand("archive", "noor", channel=story.facts(number).channel_id)


def _card_gone(story: Story) -> None:
    card = story.card(story.declare(level="sev3"))
    story.control.post("member", user=USERS["maria"], is_admin=True)
    story.by_hand("join", "maria", channel=card.raw["channel"])
    story.by_hand("delete", "maria", channel=card.raw["channel"], ts=card.ts)


def _checklist(story: Story) -> None:
    story.declare(level="p3", summary="Slow exports")
    story.forward(minutes=1)


def _watched(story: Story) -> None:
    number = story.declare(level="p1", at="Mon 2026-03-09 10:00")
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test it", "action_owner": USERS["eli"]}
    story.act("eli", ids.PRESS_RESOLVE, number, fixed="Faster.", **CONFIRMED, **reviewed, action_due="2026-03-20")
    story.act("eli", ids.PRESS_CLOSE, number, summary="All good.", cause="A slow query", finished_on="2026-03-09")
    story.skip(days=16)


def _closed(story: Story) -> None:
    number = story.declare(level="sev3")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")


def _resolving_with_mail(story: Story) -> None:
    story.restart(**MAILS)
    number = story.declare(level="sev3")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))


def _asking_by_mail(story: Story) -> None:
    story.restart(**MAILS)
    story.more("dana", "confirm", story.declare(level="sev3"))


def _repeated(story: Story) -> None:
    for _ in range(3):
        story.declare(level="sev4")


def _incident(story: Story) -> None:
    _channel(story, "incidents")
    number = story.declare(level="sev1", category="service_outage")
    story.menu("noor", "incident", number, title="Sign-in is down", escalations=[str(number)])


def _incident_later(story: Story) -> None:
    _incident(story)
    story.skip(hours=5)
    story.declare(account="Globex", level="sev2", category="service_outage")


def _proposing(story: Story) -> None:
    story.command("noor", "programme")


def _proposed(story: Story) -> None:
    FORMS[ids.PROPOSE].open(story)
    story.submit("noor", **PROPOSAL)
    story.home("maria")


def _accepted(story: Story) -> None:
    _proposed(story)
    press(story, "maria", ids.PRESS_ACCEPT)
    story.settle()
    story.submit("maria", **FORMS[ids.ANSWER_PROPOSAL].values)


def _called(story: Story) -> None:
    _accepted(story)
    story.more("ana", "status_call", 1)
    story.submit("ana", status_call_at=int(story.clock.at.timestamp()) + 3600)
    story.forward(hours=2)


def _written_plan(story: Story) -> None:
    case = FORMS[ids.PLAN]
    story.submit(case.open(story), **case.values)


def _planned(story: Story) -> None:
    """Open a plan that has an action item; once it is there, open it again."""
    case = FORMS[ids.ITEM]
    try:
        card = story.card(1)
    except LookupError:
        story.submit(case.open(story), **case.values)
    else:
        story.press("ana", ids.PRESS_PLAN, on=card)


def _declaring(story: Story) -> None:
    story.declare(level="sev3")
    story.command("eli", "acme charged twice, double charge on the invoice")


def _sharing_a_name(story: Story) -> None:
    story.program.services.account_import.load(
        b'name,tier\n"Beta, Inc.",strategic\nBeta LLC,standard\n', "accounts.csv"
    )
    story.settle()
    story.command("noor", "beta is down")


def _command_unknown(story: Story) -> None:
    story.command("noor", "status nobody")


def _command_name_alone(story: Story) -> None:
    story.declare(level="sev3")
    story.command("noor", "acme")
    story.close_form("noor")


def _private_message(story: Story) -> None:
    made = story.control.post("create", user=USERS["noor"], name=f"leads-{len(story.calls())}", is_private=True)
    said = story.control.post("message", user=USERS["noor"], channel=made["channel"], text="They are angry.")
    story.shortcut("noor", ids.SHORTCUT_FROM_MESSAGE, channel=made["channel"], ts=said["ts"])


def _mitigated(story: Story) -> None:
    story.act("dana", ids.PRESS_MITIGATE, story.declare(level="sev3"), note="Rolled back.")


def _updated(story: Story) -> None:
    story.act("ana", ids.PRESS_UPDATE, story.declare(level="sev3"), customer_text="We look into it.")


def _acknowledged_for_another(story: Story) -> None:
    number = story.declare(level="sev3")
    story.press("noor", ids.PRESS_ACKNOWLEDGE, on=story.card(number))


def _ladder_ended(story: Story) -> None:
    story.declare(level="p2", category="technical", at="Fri 2026-03-06 10:00")
    story.forward(hours=2)


def _on_call(story: Story) -> None:
    story.declare(level="sev3")
    story.command("eli", "oncall")


def _away(story: Story) -> None:
    story.command("dana", "away until monday")
    story.submit("dana", stand_in=USERS["eli"])
    story.command("dana", "away")


def _review_written(story: Story) -> None:
    number = story.declare(level="sev1")
    story.menu("dana", "review", number, whys="The queue has no limit.", ready=["ready"])


def _review_open(story: Story) -> None:
    story.more("dana", "review", story.declare(level="sev1"))


def _directory(story: Story) -> None:
    """Make Omar an admin who has added an entry."""
    story.by_hand("member", "omar", is_admin=True)
    added = {"key": "executive_sponsor", "person": USERS["omar"]}
    story.program.services.directory_changes.put(EntryKind.FALLBACK, added, by=USERS["omar"])
    story.home("omar")


def _directory_open(story: Story) -> None:
    _directory(story)
    story.command("omar", "admin")


def _entry_open(story: Story) -> None:
    _directory_open(story)
    story.choose("omar", f"{ids.PICK_ADMIN_ENTRY}fallback", "fallback:executive_sponsor")


def _role_offered(story: Story) -> None:
    story.menu("noor", "owners", story.declare(level="sev3"), role="fix_owner", person=USERS["eli"])


def _first_time(story: Story) -> None:
    story.declare(level="sev3")
    story.home("ana")


def _waiting(story: Story) -> None:
    story.menu("ana", "wait", story.declare(level="sev3"), reason="Their logs.")


def _updating(story: Story) -> None:
    number = story.declare(level="sev3")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))


def _outage(story: Story) -> None:
    story.declare("noor", level="sev3", category="service_outage")


def _text_to_approve(story: Story) -> None:
    story.restart(**MAILS)
    story.program.services.account_import.load(
        b"name,csm,contacts\nAcme,ana@example.com,jo@acme.example\n", "accounts.csv"
    )
    number = story.declare("noor", level="sev3")
    story.act("eli", ids.PRESS_UPDATE, number, customer_text="We look into it.")


def _audited(story: Story) -> None:
    number = story.declare("ana", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(hours=5)
    story.command("ana", f"audit ESC-{number}")


def _audited_older(story: Story) -> None:
    _audited(story)
    press(story, "ana", ids.PRESS_AUDIT_OLDER)
    story.settle()


def _learning(story: Story) -> None:
    in_training(story)
    with story.program.services.database.transaction() as tx:
        tx.session.execute(delete(TrainingMark))
    story.command("ana", "training")


def _second_week(story: Story) -> None:
    story.declare(level="sev3")
    in_its_second_week(story)
    story.command("ana", "training")


def _mentoring(story: Story) -> None:
    in_training(story)
    story.command("dana", "training")


def _unsure(story: Story) -> None:
    story.command("ana", "should i")


def _drill_over(story: Story) -> None:
    drilling(story)
    story.forward(minutes=13)


def _reported(story: Story) -> None:
    story.declare("noor", level="sev3")
    story.command("maria", "report")


SCENES: Mapping[str, Scene] = {
    "one's own training": Scene(
        _learning,
        (
            Press(f"{ids.PRESS_STEP_DONE}-tree", "ana", "1 of 9 steps"),
            Press(ids.PRESS_CASE_STUDIES, "ana", "No review has been signed off yet"),
        ),
    ),
    "one's second week": Scene(_second_week, (Press(f"{ids.PRESS_SHADOW}-shadow", "ana", "Choose an escalation"),)),
    "somebody one mentors": Scene(_mentoring, (Press(f"{ids.PRESS_TRAINEE}-U01ANA", "dana", "mentor"),)),
    "the decision tree": Scene(
        _unsure,
        (Press(f"{ids.PRESS_TREE}-1", "ana", "Can the customer still do", away="Can the customer still do"),),
    ),
    "a drill": Scene(
        drilling,
        (
            Press(f"{ids.PRESS_DRILL_FORM}-updated", "ana", "[drill_step]"),
            Press(f"{ids.PRESS_DRILL_STEP}-acknowledged", "ana", "you acknowledged"),
            Press(ids.PRESS_DRILL_END, "ana", "of 100"),
        ),
    ),
    "a drill that is over": Scene(_drill_over, (Press(ids.PRESS_DRILLS, "ana", "[drill]"),)),
    "a wait": Scene(_waiting, (Press(ids.PRESS_RESUME, "noor", "stopped waiting on the customer"),)),
    "an update to write": Scene(
        _updating,
        (
            # Pressed again it changes nothing more; tests/stories/sending/test_once.py has what it asks.
            Press(ids.PICK_WAY, "ana", "", value="phone", away=""),
            Press(ids.PICK_TEMPLATE, "ana", "Holding message", value="holding"),
        ),
    ),
    "an outage that is posted": Scene(_outage, (Press(ids.PRESS_STATUS_POSTED, "noor", "found the outage"),)),
    "an outage that isn't": Scene(_outage, (Press(ids.PRESS_STATUS_MISSING, "noor", "isn't on the status page"),)),
    "a text to approve": Scene(
        _text_to_approve,
        (
            Press(ids.PRESS_SEND_OTHERWISE, "ana", "[update]"),
            Press(ids.PRESS_APPROVE_TEXT, "ana", "Approved. The update for ESC-"),
        ),
        policy=str(Path(__file__).with_name("sends.yml")),
    ),
    "a list of a customer": Scene(_listed, (Press(ids.PRESS_ACCOUNT, "noor", "*Escalated* since"),)),
    "a customer": Scene(_account_page, (Press(ids.PRESS_ACCOUNT_OLDER, "noor", "6-6 of 6"),)),
    "a customer, further back": Scene(_account_page_older, (Press(ids.PRESS_ACCOUNT_NEWER, "noor", "1-5 of 6"),)),
    "the hot list": Scene(_hot_list, (Press(ids.PRESS_ASK, "ana", "[ask_executives]"),)),
    "what is found": Scene(_found, (Press(ids.PRESS_FIND_OLDER, "noor", "Problem 0"),)),
    "what is found, further back": Scene(_found_older, (Press(ids.PRESS_FIND_NEWER, "noor", "Problem 8"),)),
    "a digest": Scene(
        _digest,
        (
            Press(ids.PRESS_DIGEST_HOURS, "ana", "[digest_hours]"),
            Press(ids.PICK_DIGEST, "maria", "gets a reminder of ESC-1", value="1:remind"),
        ),
    ),
    "a sponsor's digest": Scene(_sponsor_digest, (Press(ids.PRESS_SPONSOR_HOURS, "ana", "[sponsor_hours]"),)),
    "an audit": Scene(_audited, (Press(ids.PRESS_AUDIT_OLDER, "ana", "newest first"),)),
    "an audit, further on": Scene(_audited_older, (Press(ids.PRESS_AUDIT_NEWER, "ana", "newest first"),)),
    "a report": Scene(
        _reported,
        (
            Press(f"{ids.PRESS_REPORT}7", "maria", "Last 7 days"),
            Press(ids.PRESS_CHART, "maria", "The chart comes as a direct message"),
            Press(ids.PRESS_DEFINITIONS, "maria", "[pick]", away="Longest silence"),
        ),
    ),
    "a page": Scene(
        _opened,
        (
            Press(ids.PRESS_UPDATE, "ana", "[update]"),
            Press(ids.PRESS_MITIGATE, "dana", "[mitigate]"),
            Press(ids.PRESS_RESOLVE, "dana", "[resolve]"),
            Press(ids.PICK_MORE, "noor", "[assign]", value="1:owners"),
            Press(ids.PRESS_DECLINE_PAGE, "dana", "You passed this on."),
            Press(ids.PRESS_ACKNOWLEDGE_PAGE, "dana", "cknowledged"),
        ),
    ),
    "an owner asked about": Scene(_acknowledged_for_another, (Press(ids.PRESS_TAKE_OVER, "noor", "fix owner"),)),
    "an end undone": Scene(_mitigated, (Press(ids.PRESS_UNDO, "dana", "undid “impact stopped”"),)),
    "an update": Scene(_updated, (Press(ids.PRESS_EDIT_UPDATE, "ana", "[edit_update]"),)),
    "an owner left": Scene(_acknowledged_for_another, (Press(ids.PRESS_LEAVE_OWNER, "noor", "", away=""),)),
    "the details": Scene(
        _light,
        (
            Press(ids.PRESS_FACTS, "ana", "[facts]"),
            Press(ids.PRESS_ACKNOWLEDGE, "dana", "cknowledged"),
        ),
    ),
    "more details": Scene(_details, (Press(ids.MORE_DETAILS, "ana", "Supporting information"),)),
    "a playbook": Scene(_helped, (Press(ids.PRESS_PLAYBOOK, "ana", "[pick]"),)),
    "a playbook of a team": Scene(_playbook, (Press(ids.PRESS_TEAM_ANSWERED, "ana", "responded"),)),
    "a button of an earlier version": Scene(
        _earlier,
        (
            Press(ids.PRESS_MORE, "noor", "[pick]"),
            Press(f"{ids.PRESS_FACT}customer.name", "ana", "[facts]"),
        ),
    ),
    "the menu of an earlier version": Scene(
        _earlier_menu, (Press(f"{ids.PRESS_MORE_ENTRY}owners", "noor", "New owner"),)
    ),
    "the end": Scene(
        _resolved, (Press(ids.PRESS_CLOSE, "dana", "[close]"), Press(ids.PRESS_REOPEN, "noor", "[reopen]"))
    ),
    "a reminder": Scene(_reminded, (Press(ids.PRESS_STILL, "ana", "[update]"),)),
    "a team to write to": Scene(_team_to_write, (Press(ids.PRESS_TEAM_WRITTEN, "noor", "wrote to them"),)),
    "a team": Scene(_team_asked, (Press(ids.PRESS_TEAM, "omar", "is on it"),)),
    "the policy": Scene(
        _policy,
        (Press(ids.PICK_POLICY_PART, "noor", "[pick]", value="paging", away="[pick]"),),
    ),
    "a channel to open": Scene(
        _joined_form, (Press(ids.OPEN_CHANNEL, "noor", "behind this form", away="behind this form"),)
    ),
    "a channel refused": Scene(_refused, (Press(ids.RETRY, "noor", "is declared"),)),
    "an identity": Scene(_to_verify, (Press(ids.PRESS_VERIFY, "noor", "[verify]"),)),
    "an approval": Scene(_to_approve, (Press(ids.PRESS_APPROVE, "maria", "*Approved* by <@U01MARIA>"),)),
    "a level asked for": Scene(
        _level_asked,
        (
            Press(ids.PRESS_DECLINE_LEVEL, "maria", "[decline_level]"),
            Press(ids.PRESS_APPROVE_LEVEL, "maria", "Sev 1"),
        ),
    ),
    "Home": Scene(
        _home,
        (
            Press(ids.PRESS_DECLARE, "noor", "[declare]", away="[declare]"),
            Press(ids.PRESS_PROPOSE, "noor", "[propose]", away="[propose]"),
            Press(ids.PRESS_HOME_AFTER, "noor", "Acme"),
        ),
    ),
    "Home, further on": Scene(_home_second_page, (Press(ids.PRESS_HOME_BEFORE, "noor", "Globex"),)),
    "a channel archived": Scene(_archived, (Press(ids.PRESS_NEW_CHANNEL, "ana", "new channel"),)),
    "a card deleted": Scene(_card_gone, (Press(ids.PRESS_POST_CARD, "ana", "Exports are down"),)),
    "a checklist": Scene(_checklist, (Press(ids.PRESS_CHECKLIST, "ana", "[checklist]"),), policy="p-levels"),
    "an account that is well": Scene(
        _watched, (Press(ids.PRESS_WATCH_WELL, "ana", "All good, said"),), policy="p-levels"
    ),
    "an account that isn't": Scene(_watched, (Press(ids.PRESS_WATCH_WRONG, "ana", "[reopen]"),), policy="p-levels"),
    "an end that is archived": Scene(
        _closed,
        (
            Press(ids.PRESS_CALL, "ana", "[call]"),
            Press(ids.PRESS_SUMMARY, "ana", "[summary]"),
            Press(ids.PRESS_LEARNED, "ana", "[learned]"),
            Press(ids.PRESS_KEEP_OPEN, "noor", "keeps this channel open"),
        ),
    ),
    "a customer to ask": Scene(_resolving_with_mail, (Press(f"{ids.PRESS_CLEAR}confirm", "dana", "[ask_customer]"),)),
    "a customer who told us": Scene(_asking_by_mail, (Press(ids.PRESS_TOLD_US, "dana", "Their words, or a link"),)),
    "a long timeline": Scene(_long_timeline, (Press(ids.PRESS_TIMELINE_OLDER, "ana", "Declared"),)),
    "a long timeline's end": Scene(_end_of_timeline, (Press(ids.PRESS_TIMELINE_NEWER, "ana", "Step 44."),)),
    "a follow-up": Scene(
        _followed_up,
        (
            Press(ids.PRESS_FOLLOW_UP, "eli", "[follow_up]"),
            Press(ids.PRESS_FOLLOW_UP_DONE, "eli", "No follow-ups left for you"),
        ),
    ),
    "follow-ups": Scene(_follow_ups_shown, (Press(ids.PRESS_FOLLOW_UP_HERE, "dana", "[follow_up]"),)),
    "late follow-ups": Scene(_follow_ups_late, (Press(ids.PRESS_FOLLOW_UPS, "maria", "[follow_ups]"),)),
    "a review": Scene(
        _review_written,
        (
            Press(ids.PRESS_REVIEW, "dana", "[review]"),
            Press(ids.PRESS_RETURN_REVIEW, "maria", "[return_review]"),
            Press(ids.PRESS_SIGN_OFF, "maria", "Signed off by <@U01MARIA>"),
        ),
    ),
    "the form of a review": Scene(
        _review_open,
        (
            Press(ids.PRESS_REVIEW_LESSONS, "dana", "[review_lessons]"),
            Press(ids.PRESS_REVIEW_DEBRIEFS, "dana", "[review_debriefs]"),
            Press(ids.PRESS_REVIEW_FOLLOW_UPS, "dana", "[follow_ups]"),
            Press(ids.PRESS_REVIEW_LINK, "dana", "[review_link]"),
        ),
    ),
    "a case review": Scene(_repeated, (Press(ids.PRESS_CASE_REVIEW, "ana", "[case_review]"),)),
    "an incident": Scene(
        _incident,
        (
            Press(ids.PRESS_INCIDENT, "eli", "[incident]"),
            Press(ids.PICK_PROGRAMME, "eli", "[propose]", value="1"),
            Press(ids.PRESS_INCIDENT_OVER, "eli", "[incident_over]"),
        ),
    ),
    "an incident that goes on": Scene(_incident_later, (Press(ids.PRESS_INCIDENT_JOIN, "dana", "Linked to *INC-1"),)),
    "a proposal to write": Scene(
        _proposing, (Press(ids.MORE_PROPOSAL, "noor", "Success criteria", away="Success criteria"),)
    ),
    "a proposal": Scene(
        _proposed,
        (
            Press(ids.PRESS_ACCEPT, "maria", "[answer_proposal]"),
            Press(ids.PRESS_DECLINE, "maria", "[answer_proposal]"),
            Press(ids.PRESS_ANSWER, "maria", "[answer_proposal]"),
        ),
    ),
    "a programme": Scene(
        _accepted, (Press(ids.PRESS_PLAN, "ana", "[plan]"), Press(ids.PRESS_CONSENTS, "ana", "[consents]"))
    ),
    "a plan": Scene(
        _planned,
        (Press(ids.PRESS_ITEM, "ana", "[action_item]"), Press(ids.PRESS_ADD_ITEM, "ana", "[action_item]")),
    ),
    "a status call that is over": Scene(_called, (Press(ids.PRESS_STATUS_CALL, "ana", "[status_call]"),)),
    "a plan that is written": Scene(_written_plan, (Press(ids.PRESS_TELL_PLAN, "ana", "[update]"),)),
    "declaring": Scene(
        _declaring,
        (
            Press(ids.USE_CATEGORY, "eli", "Financial Issues", away=NOT_EXPLAINED),
            Press(ids.TRIGGERS, "eli", "Security", value="fraud", away=NOT_EXPLAINED),
            Press(ids.LEVEL, "eli", "Sev 1", value="sev1", away=NOT_EXPLAINED),
            Press(ids.MORE_OPTIONS, "eli", "Visibility", away=NOT_EXPLAINED),
            Press(ids.AREA, "eli", "Exports", value="exports", away=NOT_EXPLAINED),
            Press(ids.ACCOUNT, "eli", "Globex", value="Globex", away=NOT_EXPLAINED),
            Press(ids.CATEGORY, "eli", "Technical", value="technical", away=NOT_EXPLAINED),
            Press(ids.ACCOUNT, "eli", "Join", value="Acme", away=NOT_EXPLAINED),
            Press(ids.JOIN, "eli", "joining"),
        ),
    ),
    "a name that two share": Scene(_sharing_a_name, (Press(ids.USE_ACCOUNT, "noor", "Beta", away=NOT_EXPLAINED),)),
    "a command about nothing known": Scene(
        _command_unknown, (Press(ids.PRESS_DECLARE_WORDS, "noor", "[declare]", away="[declare]"),)
    ),
    "a name alone": Scene(_command_name_alone, (Press(ids.PRESS_COMMAND, "noor", "Unacknowledged"),)),
    "a private message": Scene(_private_message, (Press(ids.QUOTE, "noor", "Description", away="Description"),)),
    "who is on call": Scene(_on_call, (Press(ids.PRESS_TAKE_SHIFT, "eli", "[take_shift]"),)),
    "being away": Scene(_away, (Press(ids.PRESS_BACK, "dana", "You get pages again."),)),
    "an admin's Home": Scene(_directory, (Press(ids.PRESS_ADMIN, "omar", "[pick]"),)),
    "an entry to add": Scene(_directory_open, (Press(f"{ids.PRESS_ADMIN_ADD}fallback", "omar", "Add fallback"),)),
    "an entry to change": Scene(
        _directory_open,
        (Press(f"{ids.PICK_ADMIN_ENTRY}fallback", "omar", "Change fallback", value="fallback:executive_sponsor"),),
    ),
    "an entry to remove": Scene(_entry_open, (Press(ids.PRESS_ADMIN_REMOVE, "omar", "removed fallback"),)),
    "a role offered": Scene(_role_offered, (Press(ids.PRESS_ACCEPT_ROLE, "eli", "took over as fix owner"),)),
    "a role declined": Scene(_role_offered, (Press(ids.PRESS_DECLINE_ROLE, "eli", "stays fix owner"),)),
    "a role held for the first time": Scene(_first_time, (Press(ids.PRESS_CARD_SEEN, "ana", "1 open"),)),
    "the end of a ladder": Scene(
        _ladder_ended, (Press(ids.PRESS_PAGE_FURTHER, "dana", "<@U01OMAR> has joined"),), policy="p-levels"
    ),
}
# Buttons that open an address; their press is only acknowledged.
ONLY_LINKS = frozenset({ids.OPEN_LINK})
