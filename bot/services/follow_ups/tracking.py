"""Follow-ups within a running change: added, changed, settled. Other features add theirs here, too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from bot.database import timeline
from bot.database.change import Change
from bot.database.people import NOT_ONE_OF_US
from bot.errors import FormError, NotFound
from bot.models.review import CorrectiveAction
from bot.policy.addresses import is_web_address
from bot.policy.model.verification import masked
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.reminders.follow_up_due import FollowUpDueNotice
from bot.policy.record.announcements.follow_ups import FollowUpAdded, FollowUpChanged
from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState

A = TypeVar("A", CorrectiveAction, CorrectiveActionFacts)
_LONGEST_URL: Final = 500
# What people hear of, by its key in the timeline.
_KEPT: Final = {"owner": "person", "due_on": "due", "state": "status"}
# What the timeline says of each state.
_EVENTS: Final = {
    FollowUpState.OPEN: "follow-up reopened",
    FollowUpState.IN_PROGRESS: "follow-up started",
    FollowUpState.DONE: "follow-up done",
    FollowUpState.DROPPED: "follow-up dropped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpEdit:
    """Changes to a follow-up; None leaves a field as it is. `reason` says why it moves or is dropped."""

    what: str | None = None
    owner: str | None = None
    due_on: date | None = None
    url: str | None = None
    state: FollowUpState | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUpFields:
    """The fields of a form that hold a follow-up, for errors."""

    what: str = "action"
    owner: str = "action_owner"
    due_on: str = "action_due"
    url: str = "action_url"
    reason: str = "action_reason"


def found(actions: Iterable[A], follow_up: int, key: str) -> A:
    """Return one of an escalation's follow-ups. Raises NotFound."""
    one = next((action for action in actions if action.id == follow_up), None)
    if one is None:
        raise NotFound(f"{key} has no such follow-up.")
    return one


def check(
    change: Change, action: CorrectiveActionFacts, *, by: str, fields: FollowUpFields | None = None
) -> Mapping[str, str]:
    """Return what is wrong with a new follow-up, by field; empty if nothing is.

    Its date is of the submitter's zone. Its owner must be one of ours, and be able to see the escalation.
    """
    named = fields or FollowUpFields()
    wrong = {named.due_on: _passed(change, action.due_on, by), named.owner: _unfit(change, action.owner)}
    wrong[named.url] = _unusable(action.url)
    return {field: words for field, words in wrong.items() if words is not None}


def add(change: Change, actions: Sequence[CorrectiveActionFacts], *, by: str, aloud: bool = True) -> None:
    """Add follow-ups that were checked. Each owner is notified, unless they added it; with `aloud` the channel is."""
    for action in actions:
        row = CorrectiveAction(
            what=masked(action.what),
            owner=action.owner,
            due_on=action.due_on,
            url=action.url,
            state=FollowUpState.OPEN,
            added_by=by,
            added_at=change.tx.now,
        )
        change.row.actions.append(row)
        change.tx.session.flush()
        after = {"follow_up": row.id, "person": row.owner, "due": row.due_on.isoformat()}
        change.record("follow-up added", by=by, after=after, reason=row.what)
        if aloud and change.row.open_channel_id is not None:
            change.announce(FollowUpAdded(by=by, said=row.what, owner=row.owner, due=row.due_on))
        _tell_owner(change, row.owner, by=by)


def edit(
    change: Change, follow_up: int, wanted: FollowUpEdit, *, by: str, fields: FollowUpFields | None = None
) -> None:
    """Change one follow-up. Raises NotFound, and FormError with everything that is missing or wrong."""
    row, named = found(change.row.actions, follow_up, change.row.key), fields or FollowUpFields()
    new = _differing(row, wanted)
    _check_edit(change, row, new, wanted, by=by, named=named)
    if not new:
        return
    was = {"follow_up": row.id} | _kept(row, new)
    for name, value in new.items():
        setattr(row, name, value)
    if "state" in new:
        row.settled_by, row.settled_at = (by, change.tx.now) if row.state.is_settled else (None, None)
        row.reason = masked(wanted.reason or "") if row.state is FollowUpState.DROPPED else None
    change.tx.session.flush()
    event = _EVENTS[row.state] if "state" in new else "follow-up changed"
    became = {"follow_up": row.id} | _kept(row, new)
    change.record(event, by=by, before=was, after=became, reason=_why(row, wanted))
    if change.row.open_channel_id is not None and set(new) & set(_KEPT):
        told = FollowUpChanged(
            by=by,
            said=row.what,
            state=row.state.value if "state" in new else None,
            due=new.get("due_on"),
            owner=new.get("owner"),
            reason=masked(wanted.reason) if wanted.reason else None,
        )
        change.announce(told)
    change.redraw_notices(NoticeSubject.FOLLOW_UP, NoticeSubject.FOLLOW_UP_LEFT)
    if "owner" in new:
        _tell_owner(change, row.owner, by=by)


def hand_on(change: Change, owner: str, to: str, *, why: str) -> None:
    """Give somebody's unsettled follow-ups to another, who is notified."""
    mine = [row for row in change.row.actions if row.owner == owner and not row.state.is_settled]
    for row in mine:
        row.owner = to
        before, after = {"follow_up": row.id, "person": owner}, {"follow_up": row.id, "person": to}
        change.record("follow-up changed", before=before, after=after, reason=why)
    if mine:
        _tell_owner(change, to, by=timeline.ITSELF)


def _differing(row: CorrectiveAction, wanted: FollowUpEdit) -> dict[str, Any]:
    """Return the columns that would change, with their new values."""
    given: dict[str, Any] = {"owner": wanted.owner, "due_on": wanted.due_on, "state": wanted.state}
    given["what"] = masked(wanted.what) if wanted.what else None
    given["url"] = wanted.url or None
    return {name: value for name, value in given.items() if value is not None and value != getattr(row, name)}


def _check_edit(
    change: Change,
    row: CorrectiveAction,
    new: Mapping[str, Any],
    wanted: FollowUpEdit,
    *,
    by: str,
    named: FollowUpFields,
) -> None:
    wrong: dict[str, str | None] = {}
    if "owner" in new:
        wrong[named.owner] = _unfit(change, new["owner"])
    if "url" in new:
        wrong[named.url] = _unusable(new["url"])
    if "due_on" in new:
        wrong[named.due_on] = _passed(change, new["due_on"], by)
        if not wanted.reason:
            wrong[named.reason] = "Say why it moves."
    if new.get("state") is FollowUpState.DROPPED and not wanted.reason:
        wrong[named.reason] = "Say why it's dropped."
    if row.state.is_settled and "state" not in new and new:
        wrong[named.what] = f"It's {row.state.value}. Set it to open first."
    if any(wrong.values()):
        raise FormError.of({field: words for field, words in wrong.items() if words is not None})


def _passed(change: Change, due_on: date, by: str) -> str | None:
    zone = change.people.zone(change.tx, by) or change.policy.zone
    today = change.tx.now.astimezone(zone).date()
    return "That day has passed. Choose a later one." if due_on < today else None


def _unfit(change: Change, owner: str) -> str | None:
    if change.people.can_act(change.tx, owner) is False:
        return NOT_ONE_OF_US
    if change.row.is_private and not change.people.may_see(change.tx, change.facts, change.policy, owner):
        return "They can't see this escalation. Bring them in first."
    return None


def _unusable(url: str | None) -> str | None:
    if url is None or (is_web_address(url) and len(url) <= _LONGEST_URL):
        return None
    return f"Enter a web link of at most {_LONGEST_URL} characters."


def _why(row: CorrectiveAction, wanted: FollowUpEdit) -> str:
    """Return the words of the timeline: what it is, and why it changed."""
    return f"{row.what} ({masked(wanted.reason)})" if wanted.reason else row.what


def _tell_owner(change: Change, owner: str, *, by: str) -> None:
    if owner != by:
        today = change.tx.now.astimezone(change.policy.zone).date()
        change.notify(FollowUpDueNotice(owner=owner, on=today), owner)


def _kept(row: CorrectiveAction, new: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the timeline keeps of the columns that change, under its own keys."""
    values = {_KEPT[name]: getattr(row, name) for name in new if name in _KEPT}
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
