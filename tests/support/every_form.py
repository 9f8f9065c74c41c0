"""Every form: how to open it, and valid values for it.

Tests that submit forms twice, or while the database is away, use this table; `tests/test_wiring.py` checks that it is
complete.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from tests.support.person import Seen
from tests.support.story import USERS, Story

CONFIRMED = {"confirmed_by": "Jo Park", "confirmed_how": "call"}
PROPOSAL = {
    "account": "Acme",
    "summary": "Three outages in two weeks",
    "criteria": ["0", "3"],
    "source": "3",
    "level": "sev3",
    "health": "red",
    "success_criteria": "No outage for a month",
}


@dataclass(frozen=True)
class Case:
    """A form. `open` opens it in a story and returns for whom; `values` are what they submit."""

    open: Callable[[Story], str]
    values: Mapping[str, Any] = field(default_factory=dict)
    policy: str = "sev"
    # Whether submitting it changes a record; otherwise it only shows something and may be submitted repeatedly.
    writes: bool = True
    # Whether it needs the database.
    reads: bool = True


def _asking_executives(story: Story) -> str:
    number = story.declare(level="sev3")
    story.post_as_bot(number, actions(button("Ask executives…", ids.PRESS_ASK, "hot list")))
    press = [each for each in story.messages(number, "ana") if ids.PRESS_ASK in each.buttons]
    story.press("ana", ids.PRESS_ASK, on=press[-1])
    return "ana"


def _digest_hours(story: Story) -> str:
    number = story.declare(level="sev3")
    story.post_as_bot(number, actions(button("When it comes…", ids.PRESS_DIGEST_HOURS, "digest")))
    press = [each for each in story.messages(number, "ana") if ids.PRESS_DIGEST_HOURS in each.buttons]
    story.press("ana", ids.PRESS_DIGEST_HOURS, on=press[-1])
    return "ana"


def _sponsor_hours(story: Story) -> str:
    number = story.declare(level="sev3")
    story.post_as_bot(number, actions(button("When it comes…", ids.PRESS_SPONSOR_HOURS, "digest")))
    press = [each for each in story.messages(number, "ana") if ids.PRESS_SPONSOR_HOURS in each.buttons]
    story.press("ana", ids.PRESS_SPONSOR_HOURS, on=press[-1])
    return "ana"


def _typed(text: str, who: str) -> Callable[[Story], str]:
    """Return a function that opens the form by a command, with an escalation of Acme open."""

    def open_(story: Story) -> str:
        story.declare(level="sev3")
        story.command(who, text)
        return who

    return open_


def _behind_more(choice: str, who: str, level: str = "sev3") -> Callable[[Story], str]:
    def open_(story: Story) -> str:
        story.more(who, choice, story.declare(level=level))
        return who

    return open_


def _on_card(action_id: str, who: str, *before: Callable[[Story, int], None]) -> Callable[[Story], str]:
    def open_(story: Story) -> str:
        number = story.declare(level="sev3")
        for step in before:
            step(story, number)
        story.press(who, action_id, on=story.card(number))
        return who

    return open_


# A mail server that isn't there, and an address that links lead to: customers can be asked.
MAILS = {
    "smtp_url": "smtp://127.0.0.1:9?tls=none",
    "mail_from": "escalate@example.com",
    "public_url": "https://escalate.example.com",
}


def _asking_the_customer(story: Story) -> str:
    story.restart(**MAILS)
    return _behind_more("confirm", "ana")(story)


def _resolved(story: Story, number: int) -> None:
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)


def _after_closing(action_id: str) -> Callable[[Story], str]:
    def open_(story: Story) -> str:
        number = story.declare(level="sev3")
        _resolved(story, number)
        story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
        story.press("ana", action_id, on=story.find(number, "closed by"))
        return "ana"

    return open_


def _declaring(story: Story) -> str:
    story.command("noor")
    return "noor"


def _triggers(story: Story) -> str:
    story.more("dana", "category", story.declare(level="sev3"))
    story.submit("dana", category="service_outage")
    return "dana"


def _decline(story: Story) -> str:
    number = story.declare(level="sev3")
    story.menu("noor", "level", number, level="sev1", reason="It is their launch day.")
    story.press("maria", ids.PRESS_DECLINE_LEVEL, on=_direct(story, "maria", "asks for"))
    return "maria"


def _edit_update(story: Story) -> str:
    number = story.declare(level="sev3")
    story.act("ana", ids.PRESS_UPDATE, number, customer_text="We look into it.")
    story.more("ana", "update", number)
    return "ana"


def follow_up(story: Story) -> int:
    """Add a follow-up of Eli's to an escalation whose impact has stopped."""
    number = story.declare(level="sev3")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    story.menu("dana", "followups", number, what="Alert on errors", owner=USERS["eli"], due="2026-03-18")
    return number


def _follow_ups(story: Story) -> str:
    number = story.declare(level="sev3")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    story.more("dana", "followups", number)
    return "dana"


def _follow_up(story: Story) -> str:
    follow_up(story)
    story.press("eli", ids.PRESS_FOLLOW_UP, on=_direct(story, "eli", "Your follow-up"))
    return "eli"


def _waiting(story: Story) -> str:
    number = story.declare(level="sev3")
    story.menu("ana", "wait", number, reason="Their logs")
    story.more("ana", "wait", number)
    return "ana"


def _to_sign(story: Story) -> str:
    number = story.declare(level="sev1")
    story.menu("dana", "review", number, whys="The queue has no limit.", ready=["ready"])
    story.press("maria", ids.PRESS_RETURN_REVIEW, on=_direct(story, "maria", "sign off the review"))
    return "maria"


def _part_of_review(button: str) -> Callable[[Story], str]:
    def open_(story: Story) -> str:
        story.more("dana", "review", story.declare(level="sev1"))
        story.press_in_form("dana", button)
        return "dana"

    return open_


def _case_review(story: Story) -> str:
    for _ in range(3):
        story.declare(level="sev4")
    story.press("ana", ids.PRESS_CASE_REVIEW, on=_direct(story, "ana", "You own the case review"))
    return "ana"


def _incident_over(story: Story) -> str:
    number = story.declare(level="sev1")
    story.menu("noor", "incident", number, title="Sign-in is down", escalations=[str(number)])
    story.command("eli", "incident")
    story.choose("eli", ids.PRESS_INCIDENT_OVER, "1")
    return "eli"


def _taking_a_shift(story: Story) -> str:
    story.declare(level="sev1")
    story.command("eli", "oncall")
    story.press("eli", ids.PRESS_TAKE_SHIFT, on=story.messages("general", "eli")[-1])
    return "eli"


def _changing_the_directory(story: Story) -> str:
    story.by_hand("member", "omar", is_admin=True)
    story.command("omar", "admin")
    story.press_in_form("omar", f"{ids.PRESS_ADMIN_ADD}fallback")
    return "omar"


def _facts(story: Story) -> str:
    story.press("ana", ids.PRESS_FACTS, on=story.card(story.declare(level="sev3")))
    return "ana"


def _checklist(story: Story) -> str:
    number = story.declare(level="p3", summary="Slow exports")
    story.press("ana", ids.PRESS_CHECKLIST, on=story.card(number))
    return "ana"


def _verify(story: Story) -> str:
    story.more("ana", "verify", story.declare(level="sev3", category="account_access", summary="Locked out"))
    return "ana"


def _proposing(story: Story) -> str:
    story.command("noor", "programme")
    story.press_in_form("noor", ids.MORE_PROPOSAL)
    return "noor"


def _answering(story: Story) -> str:
    _proposing(story)
    story.submit("noor", **PROPOSAL)
    story.press("maria", ids.PRESS_ACCEPT, on=_direct(story, "maria", "proposes an account programme"))
    return "maria"


def _running(action_id: str) -> Callable[[Story], str]:
    """Return a function that opens a form of an accepted programme."""

    def open_(story: Story) -> str:
        story.submit(_answering(story), reason="High time.")
        story.press("ana", action_id, on=story.card(1))
        return "ana"

    return open_


AIM = "No outage for a month"


def _status_call(story: Story) -> str:
    story.submit(_answering(story), reason="High time.")
    story.more("ana", "status_call", 1)
    return "ana"


def _adding_an_item(story: Story) -> str:
    who = _running(ids.PRESS_PLAN)(story)
    story.press_in_form(who, ids.PRESS_ADD_ITEM)
    return who


def _direct(story: Story, who: str, words: str) -> Seen:
    return next(message for message in reversed(story.direct(who)) if words in message.text)


def _choosing_a_drill(story: Story) -> str:
    story.command("ana", "drill")
    return "ana"


def drilling(story: Story) -> None:
    """Begin a drill as Ana."""
    _choosing_a_drill(story)
    story.submit("ana", scenario="exports")


def _in_a_drill(story: Story) -> str:
    drilling(story)
    channel = next(each["id"] for each in story.state()["channels"] if each.get("name", "").startswith("drill-"))
    card = next(message for message in story.messages(channel, "ana") if message.text.startswith("Drill:"))
    story.press("ana", f"{ids.PRESS_DRILL_FORM}-updated", on=card)
    return "ana"


def in_training(story: Story) -> None:
    """Begin the training as Ana, with Dana as her mentor."""
    story.command("ana", "help")
    story.program.services.trainees.begin(USERS["dana"], by=USERS["ana"])


def in_its_second_week(story: Story) -> None:
    """Complete the first week as Ana."""
    in_training(story)
    for key in ("philosophy", "tree", "roles"):
        story.program.services.trainees.mark(USERS["ana"], key, by=USERS["ana"])
    drilling(story)
    story.forward(minutes=13)


def _shadowing(story: Story) -> str:
    story.declare(level="sev3")
    in_its_second_week(story)
    story.command("ana", "training")
    story.press_in_form("ana", f"{ids.PRESS_SHADOW}-shadow")
    return "ana"


# Can only be closed: it has no submit button.
NEVER_SENT = frozenset({ids.DECLARED})

FORMS: Mapping[str, Case] = {
    ids.DECLARE: Case(_declaring, {"account": "Acme", "summary": "Exports are down", "level": "sev3"}),
    ids.EDIT_UPDATE: Case(_edit_update, {"customer_text": "We have found it."}),
    ids.UPDATE: Case(
        _on_card(ids.PRESS_UPDATE, "ana"),
        {"known": "A bad deploy.", "customer_text": "We have found the cause.", "way": {ids.PICK_WAY: "person"}},
    ),
    ids.MITIGATE: Case(_on_card(ids.PRESS_MITIGATE, "dana"), {"note": "Rolled back."}),
    ids.RESOLVE: Case(_on_card(ids.PRESS_RESOLVE, "dana"), {"fixed": "Restarted.", **CONFIRMED}),
    ids.CLOSE: Case(_on_card(ids.PRESS_CLOSE, "dana", _resolved), {"summary": "All good."}),
    ids.REOPEN: Case(_on_card(ids.PRESS_REOPEN, "noor", _resolved), {"reason": "It is back."}),
    ids.WITHDRAW: Case(_behind_more("withdraw", "noor"), {"why": "mistake", "reason": "A drill."}),
    ids.CHANGE_LEVEL: Case(_behind_more("level", "maria"), {"level": "sev1", "reason": "It is their launch day."}),
    ids.ASSIGN: Case(_behind_more("owners", "noor"), {"role": "fix_owner", "person": USERS["eli"]}),
    ids.WAIVE: Case(_behind_more("waive", "maria"), {"reason": "They are away."}),
    ids.REVIEW: Case(_behind_more("review", "dana", "sev1"), {"whys": "The queue has no limit."}),
    ids.REVIEW_LESSONS: Case(_part_of_review(ids.PRESS_REVIEW_LESSONS), {"lucky": "It was noon."}),
    ids.REVIEW_DEBRIEFS: Case(
        _part_of_review(ids.PRESS_REVIEW_DEBRIEFS), {"team_debrief_on": "2026-03-05", "team_debrief_who": "Dana, Eli"}
    ),
    ids.REVIEW_LINK: Case(_part_of_review(ids.PRESS_REVIEW_LINK), {"review_url": "https://wiki.example/reviews/1"}),
    ids.PICK: Case(_typed("ack", "dana"), {"escalation": "1"}),
    ids.CHURN_RISK: Case(_behind_more("churn", "noor"), {"signs": ["0"], "note": "They asked how to leave."}),
    ids.EXIT_CRITERIA: Case(
        _behind_more("exit", "ana", "medium"), {"words": "Exports run for a week"}, policy="gitlab"
    ),
    ids.ASK_CUSTOMER: Case(_asking_the_customer, {"to": "jo@acme.example", "words": "Does it work again?"}),
    ids.SUMMARY: Case(_after_closing(ids.PRESS_SUMMARY), {"text": "It is over."}),
    ids.RETURN_REVIEW: Case(_to_sign, {"comment": "Why did no alert fire?"}),
    ids.CALL: Case(_after_closing(ids.PRESS_CALL), {"call_note": "It works."}),
    ids.FOLLOW_UPS: Case(_follow_ups, {"what": "Alert on errors", "owner": USERS["eli"]}),
    ids.FOLLOW_UP: Case(_follow_up, {"state": "done"}),
    ids.LEARNED: Case(_after_closing(ids.PRESS_LEARNED), {"solved_by": "specialists", "first_level": "no"}),
    ids.CUSTOMER_TOLD_US: Case(_behind_more("confirm", "ana"), {**CONFIRMED, "evidence": "It works again"}),
    ids.CASE_REVIEW: Case(_case_review, {"findings": "They were never shown how to export."}),
    ids.INCIDENT: Case(_behind_more("incident", "noor", "sev1"), {"title": "Sign-in is down", "escalations": ["1"]}),
    ids.INCIDENT_OVER: Case(_incident_over, {"fixed": "The certificate was renewed."}),
    ids.FACTS: Case(_facts, {"customer.name": "Jo Fischer"}),
    ids.VERIFY: Case(_verify, {"factors": ["email_control"]}),
    ids.CHECKLIST: Case(_checklist, {"items-0": ["schedule_call"]}, policy="p-levels"),
    ids.DECLINE_LEVEL: Case(_decline, {"reason": "There is a workaround."}),
    ids.SIMULATE: Case(_typed("simulate", "noor"), {"level": "sev3"}, writes=False, reads=False),
    ids.PROPOSE: Case(_proposing, PROPOSAL),
    ids.ANSWER_PROPOSAL: Case(_answering, {"reason": "High time."}),
    ids.PLAN: Case(_running(ids.PRESS_PLAN), {"plan": "Split the queue", "plan_due": "2026-03-27"}),
    ids.ITEM: Case(
        _adding_an_item,
        {"item": "Split the queue", "item_owner": USERS["eli"], "item_due": "2026-03-27", "criterion": AIM},
    ),
    ids.STATUS_CALL: Case(_status_call, {"status_call_note": "They take the workers on Friday"}),
    ids.CONSENTS: Case(_running(ids.PRESS_CONSENTS), {"stakeholders": "Sam (Sales), on the call"}),
    ids.TAKE_SHIFT: Case(_taking_a_shift),
    ids.DRILL: Case(_choosing_a_drill, {"scenario": "exports"}),
    ids.DRILL_STEP: Case(_in_a_drill, {"text": "We look into it with priority.", "note": "Sam looks."}),
    ids.TRAINING: Case(_typed("training", "ana"), {"mentor": USERS["dana"]}),
    ids.SHADOW: Case(_shadowing, {"escalation": "1"}),
    ids.AWAY: Case(_typed("away until monday", "dana"), {"stand_in": USERS["eli"]}),
    ids.ADMIN_ENTRY: Case(_changing_the_directory, {"key": "executive_sponsor", "person": USERS["omar"]}),
    ids.EDIT: Case(_behind_more("edit", "noor"), {"summary": "Exports of invoices are down"}),
    ids.BRING_IN: Case(_behind_more("people", "noor"), {"people": [USERS["omar"]]}),
    ids.ESCALATE_NOW: Case(_behind_more("now", "noor"), {"note": "The customer's CEO calls"}),
    ids.WAIT: Case(_behind_more("wait", "ana"), {"reason": "Their logs"}),
    ids.BEGINNING: Case(_behind_more("began", "noor"), {"reported_at": 1772809200 - 86400, "reason": "Their ticket"}),
    ids.RESUME: Case(_waiting),
    ids.DIGEST_HOURS: Case(_digest_hours, {"hour": "7", "days": ["0", "2"]}, writes=False),
    ids.SPONSOR_HOURS: Case(_sponsor_hours, {"hour": "7", "days": ["0"]}, writes=False),
    ids.ASK_EXECUTIVES: Case(_asking_executives, {"escalation": "1", "words": "Call their COO"}),
    ids.FOLLOWED_UP: Case(_behind_more("followed", "noor"), {"said": "Any news?"}),
    ids.TICKET: Case(_behind_more("ticket", "noor"), {"number": "SUP-4711", "url": "https://tickets.example/4711"}),
    ids.CATEGORISE: Case(_behind_more("category", "dana"), {"category": "complex_billing"}),
    ids.CATEGORISE_TRIGGERS: Case(_triggers, {"signs": ["several_customers"]}),
}
