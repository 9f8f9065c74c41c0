"""The messages of live notices, on the row of the escalation: one in each place (`bot.policy.plan.live_notices`)."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from bot.database.outbox import NewEffect
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.plan.live_notices import NoticeSubject, is_over, yields_to_pages
from bot.policy.plan.offers import offered
from bot.policy.plan.reminders.breach import BreachNotice
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.reminders.promised import owed_by, still_owed
from bot.policy.plan.reminders.update_due import UpdateDueNotice
from bot.policy.plan.reminders.update_late import UpdateLateNotice
from bot.policy.plan.stored_notices import StoredNotice, notice_of, payload_of, subject_of
from bot.policy.record.announcements.incidents import IncidentLasts
from bot.policy.record.announcements.registry import Announcement, announcement_of
from bot.policy.record.announcements.sending import CustomerWrote
from bot.policy.record.announcements.waiting import CustomerFollowedUp
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.waiting import FollowedUpNotice

# What the customer wrote or asked, and when they get an update for it.
_ANSWERED_BY_UPDATE: Final = (CustomerFollowedUp, CustomerWrote, FollowedUpNotice)


def posted(row: Escalation, payload: Mapping[str, Any], to: str | None, channel: str, ts: str) -> Iterator[NewEffect]:
    """Record where a notice is, and yield the effects that remove the message it replaces."""
    notice = notice_of(payload)
    subject = subject_of(notice)
    if subject is None:
        return
    live = {"subject": subject.value, "to": to, "channel": channel, "ts": ts, "notice": payload_of(notice)}
    kept = []
    for other in row.live_notices:
        if (other["subject"], other["to"]) != (subject, to):
            kept.append(other)
        elif other["ts"] != ts:
            place = {"channel": other["channel"], "ts": other["ts"]}
            yield NewEffect(EffectKind.REMOVE_MESSAGE, place, lane=_lane(row))
    row.live_notices = [*kept, live]


def ended(row: Escalation, facts: EscalationFacts, now: datetime, paged: Collection[str]) -> Iterator[NewEffect]:
    """Forget notices whose subject is over, or which a page has overtaken, and yield the effects that end them.

    A notice of several updates of which some were posted is drawn again with the others.
    """
    kept = []
    for live in row.live_notices:
        subject = NoticeSubject(live["subject"])
        if subject is NoticeSubject.OFFER:
            offers = _still_offers(live, facts, now)
            if offers["offers"]:
                kept.append(offers)
            if offers != live:
                yield _drawn_again(row, offers)
            continue
        is_overtaken = live["to"] in paged and yields_to_pages(subject)
        left = _left(live, facts, now)
        if is_overtaken:
            # The page asks the same: what this said would be untrue once it's answered.
            yield NewEffect(EffectKind.REMOVE_MESSAGE, {"channel": live["channel"], "ts": live["ts"]}, lane=_lane(row))
            continue
        is_done = is_over(subject, facts, now, live["notice"].get("owner"), live["notice"].get("items", ()))
        if is_done or left is None:
            payload = {name: live[name] for name in ("to", "channel", "ts", "notice")}
            yield NewEffect(EffectKind.END_NOTICE, payload, lane=_lane(row))
            continue
        now_says = {**live, "notice": left}
        if now_says != live:
            yield _drawn_again(row, now_says)
        kept.append(now_says)
    if kept != row.live_notices:
        row.live_notices = kept


def _left(live: Mapping[str, Any], facts: EscalationFacts, now: datetime) -> Mapping[str, Any] | None:
    """Return what a notice still has to say; None if that is nothing. Only one about updates says less by and by."""
    stored: Mapping[str, Any] = live["notice"]
    if live["subject"] != NoticeSubject.UPDATE:
        return stored
    notice = notice_of(stored)
    if not isinstance(notice, UpdateDueNotice | UpdateLateNotice):
        return stored
    mine = owed_by(live["to"], notice, facts) if live["to"] is not None else notice
    left = still_owed(mine, facts, now)
    if left is None:
        return None
    return stored if left == notice else payload_of(left)


def offering(row: Escalation, live: Mapping[str, Any]) -> None:
    """Record where a message is that offers something."""
    row.live_notices = [*row.live_notices, {"subject": NoticeSubject.OFFER.value, **live}]


def undone(row: Escalation, word: str, ended_at: datetime, by: str) -> None:
    """Note in the messages about a step, posted since that time, who undid it; they are drawn again when it ends."""
    row.live_notices = [
        {**live, "notice": {**live["notice"], "undone_by": by}} if _tells(live, word, ended_at) else live
        for live in row.live_notices
    ]


def grown_overdue(row: Escalation, due_at: datetime) -> Iterator[NewEffect]:
    """Note in what the customer wrote or asked that the update they get for it is overdue, and draw it again."""
    for place, live in enumerate(row.live_notices):
        told = told_of(live["notice"]) if live["subject"] == NoticeSubject.OFFER else None
        if isinstance(told, _ANSWERED_BY_UPDATE) and told.due == due_at and not told.is_overdue:
            now_says = {**live, "notice": {**live["notice"], "is_overdue": True}}
            row.live_notices = [*row.live_notices[:place], now_says, *row.live_notices[place + 1 :]]
            yield _drawn_again(row, now_says)


def incident_over(row: Escalation, incident: int) -> bool:
    """Note in the questions whether this is part of an incident that it is over; return False if there is none."""
    mine = [live for live in row.live_notices if _asks_about(live, incident)]
    row.live_notices = [
        {**live, "notice": {**live["notice"], "is_over": True}} if live in mine else live for live in row.live_notices
    ]
    return bool(mine)


def _asks_about(live: Mapping[str, Any], incident: int) -> bool:
    told = live["notice"]
    return bool(told.get("what") == IncidentLasts.word and told.get("incident") == incident)


def _tells(live: Mapping[str, Any], word: str, since: datetime) -> bool:
    told = live["notice"]
    is_about_it = live["subject"] == NoticeSubject.OFFER and told.get("what") == word and "undone_by" not in told
    return is_about_it and datetime.fromisoformat(live["at"]) >= since


def _still_offers(live: Mapping[str, Any], facts: EscalationFacts, now: datetime) -> dict[str, Any]:
    """Return what is recorded of a message, with what it still offers."""
    told = told_of(live["notice"])
    left = offered(told, facts, now, datetime.fromisoformat(live["at"])) if told is not None else None
    return {**live, "offers": sorted(left & set(live["offers"]) if left else ())}


def told_of(payload: Mapping[str, Any]) -> Announcement | StoredNotice | None:
    """Return the message that was stored; None for one that this version can't read."""
    try:
        return announcement_of(payload) if "what" in payload else notice_of(payload)
    except (LookupError, ValueError):
        return None


def redrawn(row: Escalation, subjects: Collection[NoticeSubject]) -> Iterator[NewEffect]:
    """Yield the effects that draw notices about these subjects again, from what is left to do."""
    for live in row.live_notices:
        if NoticeSubject(live["subject"]) in subjects and "offers" not in live:
            yield _drawn_again(row, live)


def naming_who_is_paged(row: Escalation) -> Iterator[NewEffect]:
    """Yield the effects that draw notices again which say who will be paged, or was."""
    for live in row.live_notices:
        if live["notice"].get("notice") in (BreachNotice.word, UpdateLateNotice.word, WarningNotice.word):
            yield _drawn_again(row, live)


def renewed(row: Escalation, subject: NoticeSubject, says: Mapping[str, Any] | None) -> Iterator[NewEffect]:
    """Replace what the notices about a subject say, and yield the effects that draw them so; with None they end."""
    mine = [live for live in row.live_notices if live["subject"] == subject]
    if not mine:
        return
    others = [live for live in row.live_notices if live["subject"] != subject]
    if says is None:
        row.live_notices = others
        for live in mine:
            payload = {name: live[name] for name in ("to", "channel", "ts", "notice")}
            yield NewEffect(EffectKind.END_NOTICE, payload, lane=_lane(row))
        return
    now_say = [{**live, "notice": says} for live in mine]
    row.live_notices = [*others, *now_say]
    for live in now_say:
        yield _drawn_again(row, live)


def _drawn_again(row: Escalation, live: Mapping[str, Any]) -> NewEffect:
    payload = {name: live[name] for name in ("to", "channel", "ts", "notice")} | {"goes_on": True}
    if "offers" in live:
        payload["offers"] = live["offers"]
    key = f"{row.key}:notice:{live['channel']}:{live['ts']}"
    return NewEffect(EffectKind.END_NOTICE, payload, lane=_lane(row), coalesce=key)


def _lane(row: Escalation) -> str:
    return f"{row.key}:notices"
