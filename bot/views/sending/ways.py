"""How the customer is told, in words: the choice in the update form, and what became of a text."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from slack_sdk.models.blocks import DateTimePickerElement, StaticSelectElement

from bot.policy.decide.sending import BY_PERSON, Way
from bot.policy.record.customer_texts import (
    Arrival,
    CustomerTextFacts,
    Recipient,
    Telling,
    TextRoute,
    TextState,
)
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import option
from bot.views.kit.parts import question as question_block
from bot.views.kit.text import clip, escape, moment, person, plain

BLOCK: Final = "way"
WHEN: Final = "told_at"
DRAFT: Final = "draft"
# What a person did before they note it.
_EARLIER: Final = frozenset({TextRoute.PHONE, TextRoute.OWN_MAIL, TextRoute.MEETING, TextRoute.CHAT})
_ASK: Final = "ask:"
# So many letters of a choice a menu shows that stands beside another.
LONGEST: Final = 24
_BY_PERSON: Final = {
    TextRoute.PERSON: "I told them",
    TextRoute.PHONE: "I told them by phone",
    TextRoute.OWN_MAIL: "I mailed it myself",
    TextRoute.MEETING: "I told them in a meeting",
    TextRoute.CHAT: "I told them by chat",
}
_TOLD: Final = "told them"
_SAID: Final = {
    TextRoute.PHONE: "told them by phone",
    TextRoute.OWN_MAIL: "mailed them",
    TextRoute.MEETING: "told them in a meeting",
    TextRoute.CHAT: "told them by chat",
}


def choice(ways: Sequence[Way], *, may_send: bool) -> StaticSelectElement:
    """Return the choice of how the customer is told, with the first way of ours chosen.

    Without one nothing is chosen: only the person knows whether they told the customer.
    """
    asks = not may_send
    ours = [option(f"{_ASK if asks else ''}{way.route}", _ours(way, asks=asks)) for way in ways]
    others = [option(route, _BY_PERSON[route]) for route in BY_PERSON]
    options = [*ours, *others, option(DRAFT, "Not yet. Keep as draft")]
    first = options[0] if ours else None
    asked = plain("Did you tell them?", 150)
    return StaticSelectElement(action_id=ids.PICK_WAY, placeholder=asked, options=options, initial_option=first)


def approval_line(ways: Sequence[Way], *, may_send: bool, approver: str | None) -> str | None:
    """Return who approves the text before we send it; None if no one has to."""
    return f"{person(approver)} approves it before we send it." if ways and not may_send and approver else None


def _ours(way: Way, *, asks: bool) -> str:
    if way.route is TextRoute.SLACK:
        return "Ask, then post in Slack" if asks else "Post in their channel"
    first, *more = way.to
    begun, rest = "Ask, then mail " if asks else "Mail ", f" +{len(more)}" if more else ""
    # The part before the @ tells people apart; the rest is the customer's own.
    return f"{begun}{clip(first.partition('@')[0], LONGEST - len(begun) - len(rest))}{rest}"


def read(values: Mapping[str, Any]) -> Telling:
    """Return how the customer is to be told, from the values of a form."""
    selected = values.get(BLOCK, {}).get(ids.PICK_WAY, {}).get("selected_option")
    chosen = str(selected["value"]) if selected else None
    if chosen is None or chosen == DRAFT:
        return Telling(route=None)
    seconds = values.get(WHEN, {}).get(WHEN, {}).get("selected_date_time")
    told_at = datetime.fromtimestamp(seconds, UTC) if seconds else None
    return Telling(route=TextRoute(chosen.removeprefix(_ASK)), asks=chosen.startswith(_ASK), told_at=told_at)


def is_chosen(values: Mapping[str, Any]) -> bool:
    """Return True if a form says how the customer is told, or that nobody has told them yet."""
    return values.get(BLOCK, {}).get(ids.PICK_WAY, {}).get("selected_option") is not None


def when(chosen: str) -> Block | None:
    """Return the question when the customer was told; None if nobody has told them yet, or just now."""
    if chosen not in _EARLIER:
        return None
    picker = DateTimePickerElement(action_id=WHEN)
    return question_block(WHEN, "When you told them", picker, hint="Empty means just now.", optional=True)


def state_line(text: CustomerTextFacts, zone: str) -> str:
    """Return what became of a text, as one line of markup."""
    match text.state:
        case TextState.SENT:
            return f":white_check_mark: {_sent(text)}, {_when(text, zone)}.{_missed(text.recipients)}"
        case TextState.SAID:
            how = _SAID.get(text.route, _TOLD) if text.route is not None else _TOLD
            return f":white_check_mark: {person(text.told_by or text.by)} {how}, {_when(text, zone)}."
        case TextState.APPROVED:
            retried = f" {why_closed(text.why)}. Trying again." if text.why else ""
            return f":hourglass_flowing_sand: On its way to {_to(text.recipients)}.{retried}"
        case TextState.ASKED:
            until = f" until {moment(text.expires_at, zone)}" if text.expires_at else ""
            return f":raised_hand: Not sent. Waits for {person(text.asked_of or text.by)} to approve{until}."
        case TextState.FAILED:
            return f":x: Not sent: {why_closed(text.why or 'refused')}."
        case TextState.DROPPED:
            return ":no_entry_sign: Not sent. Another text took its place."
        case _:
            return ":pencil2: Draft. The customer hasn't been told."


def _sent(text: CustomerTextFacts) -> str:
    arrived = [one for one in text.recipients if one.state is Arrival.ARRIVED]
    how = "Posted in" if text.route is TextRoute.SLACK else "Mailed to"
    return f"{how} {_to(arrived or text.recipients)} by {person(text.told_by or text.by)}"


def _when(text: CustomerTextFacts, zone: str) -> str:
    return moment(text.told_at or text.at, zone)


def _to(recipients: Sequence[Recipient]) -> str:
    return ", ".join(place(one.to) for one in recipients)


def place(to: str) -> str:
    """Return an address, or a channel as Slack links it."""
    return f"<#{escape(to)}>" if to[:1] in {"C", "G"} and to.isalnum() else escape(to)


def _missed(recipients: Sequence[Recipient]) -> str:
    missed = [one for one in recipients if one.state is Arrival.FAILED]
    return "".join(f" {escape(one.to)} wasn't reached: {why_closed(one.why or 'refused')}." for one in missed)
