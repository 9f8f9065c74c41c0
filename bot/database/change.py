"""One escalation under change: loaded whole and locked, changed, then its timers and card brought in line."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.database import homes, live_notices, mail_threads, obligations, outbox, timeline, timetable
from bot.database.channel_names import first_free
from bot.database.direct_messages import direct_message, held_notice
from bot.database.due_columns import note_due_times, note_weighing
from bot.database.mail_threads import Addressed
from bot.database.outbox import NewEffect
from bot.database.people import People, is_slack_id
from bot.database.service_settings import ServiceSettings
from bot.database.shown import Shown, people_of, shown
from bot.database.transaction import Transaction
from bot.models.clocks import ClockKind, ClockSpan
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.promises import Promise
from bot.models.tracked_message import TrackedMessageKind
from bot.models.work import EffectKind
from bot.policy import names
from bot.policy.decide import routing
from bot.policy.decide.routing import RoutingInput
from bot.policy.decide.topic import next_due, topic_of
from bot.policy.model.directory import identity_key
from bot.policy.model.reaching import MAIL
from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.stored_notices import StoredNotice
from bot.policy.record.announcements.registry import Announcement
from bot.policy.record.announcements.registry import payload_of as announcement_payload
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, Holder
from bot.policy.record.feed_lines import FeedLine
from bot.policy.record.feed_lines import payload_of as line_payload
from bot.policy.record.mails import DirectMail
from bot.policy.record.promises import Audience
from bot.policy.record.reviews import ReviewState

# Of one person: a direct message, or a mail if they are known only by mail.
_DIRECTLY = (EffectKind.DIRECT, EffectKind.LEVEL_REQUEST, EffectKind.PROPOSAL, EffectKind.WATCH)
_FOR_THE_CHANNEL = timedelta(seconds=3)


@dataclass
class Change:
    """An escalation under change. Its messages, effects and records take place when the transaction commits."""

    tx: Transaction
    row: Escalation
    policy: Policy
    people: People
    service_settings: ServiceSettings
    # What counts and topic were drawn from when the change began; None for a new escalation.
    shown: Shown | None = None
    # The open promises, once `bot.database.ledger` has read them.
    open_promises: dict[Audience, Promise] | None = None
    # What is queued after all cards, also for other escalations, by number: two changes then never wait in a circle.
    after_cards: list[tuple[int, NewEffect]] = field(default_factory=list)
    # Who owed something before the change, and who does after it: their Home tabs are drawn again.
    owing: set[str] = field(default_factory=set)

    @property
    def facts(self) -> EscalationFacts:
        """The escalation as it is now, changes included."""
        return self.row.facts()

    def record(
        self,
        event: str,
        *,
        by: str = timeline.ITSELF,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        reason: str | None = None,
    ) -> None:
        """Add to the timeline."""
        timeline.record(self.tx, self.row.id, event, by=by, before=before, after=after, reason=reason)

    def do(self, effect: NewEffect, *, in_channel: bool = False) -> None:
        """Queue an effect. With `in_channel` it waits until the channel exists.

        What somebody would get directly goes by mail, if they are known only by mail.
        """
        if effect.kind in _DIRECTLY and self.service_settings.sends_mail:
            to = self.people.resolved(self.tx, effect.payload["to"])
            if not is_slack_id(to):
                self.mail(Addressed(mail=DirectMail(person=to, kind=effect.kind, payload=effect.payload), to=to))
                return
        after = self._channel_effect(effect.kind) if in_channel else None
        outbox.put_all(self.tx, self.row.id, replace(effect, rank=self.rank), after=after)

    def mail(self, addressed: Addressed) -> None:
        """Queue a mail: one delivery for each address, so that none waits for another.

        It waits a moment for the channel it links to, and no longer: mail goes out also when Slack doesn't answer.
        """
        wait = None if self.row.channel_id is not None else self.tx.real_now + _FOR_THE_CHANNEL
        for effect in mail_threads.effects(self.tx, self.row.key, addressed, self.row.id):
            self.do(replace(effect, not_before=wait))

    def reaches_by_mail(self, person: str) -> bool:
        """Return True if somebody who isn't in Slack is reached by mail: the directory lists it among their routes."""
        entry = self.people.entry(self.tx, person) if self.service_settings.sends_mail else None
        return entry is not None and MAIL in entry.routes and not is_slack_id(person)

    @property
    def rank(self) -> int:
        """The number of levels heavier than the escalation's own."""
        return self.policy.rank(self.row.level)

    def notify(self, notice: StoredNotice, to: str, *, in_channel: bool = False) -> None:
        """Queue a direct message to somebody; `in_channel` means not before there is a channel."""
        self.do(direct_message(notice, to), in_channel=in_channel)

    def announce(self, announcement: Announcement) -> None:
        """Queue an announcement in the channel, in order after the earlier ones.

        While the channel is lost it is held, and the person who acted (`by`) is notified.
        """
        payload = announcement_payload(announcement)
        self.do(NewEffect(EffectKind.ANNOUNCEMENT, payload, lane=f"{self.row.key}:talk"), in_channel=True)
        by = payload.get("by")
        if self.row.channel_trouble is not None and isinstance(by, str) and is_slack_id(by):
            self.do(held_notice(self.row.key, by))

    def archive(self) -> None:
        """Queue the end of the channel, after what is announced there."""
        self.do(NewEffect(EffectKind.ARCHIVE, lane=f"{self.row.key}:talk"))

    def tell_feed(self, line: FeedLine) -> None:
        """Queue a line for the feed channel, if there is one, and for the feeds of its region, area and team.

        The policy says what each gets (`feed.hears`, `feed.own`). Confidential escalations and proposals that aren't
        accepted never appear.
        """
        if self.row.is_private or not self.row.has_begun:
            return
        feed, row, payload = self.policy.feed, self.row, line_payload(line)
        if self.service_settings.feed_channel and feed.hears_of(line.word):
            self.do(NewEffect(EffectKind.FEED, payload, lane="feed"), in_channel=True)
        for own in feed.own:
            if own.hears_of(line.word) and own.fits(region=row.region, area=row.area, team=row.team, level=row.level):
                theirs = {**payload, "channel": own.channel}
                self.do(NewEffect(EffectKind.FEED, theirs, lane=f"feed:{own.key}"), in_channel=True)

    def invite(self, *people: str) -> None:
        """Invite people who are not in the channel yet."""
        people = tuple(map(identity_key, people))
        known = {row.person: row for row in self.row.participants}
        fresh = [person for person in dict.fromkeys(people) if person not in known]
        again = [row for person, row in known.items() if person in people and row.state is InviteState.FAILED]
        for row in again:
            row.state, row.reason = InviteState.PENDING, None
        self.row.participants += [Participant(person=person, state=InviteState.PENDING) for person in fresh]
        if fresh or again:
            self.do(NewEffect(EffectKind.INVITE, lane=f"{self.row.key}:invite"), in_channel=True)

    def find(self, role: str, *, passed_over: Collection[str] = ()) -> Holder | None:
        """Return who fills a role by the policy; None if nobody is named.

        Guests, people of other workspaces and those who left are skipped, and so is everybody in `passed_over`.
        """
        facts = self.facts
        where = RoutingInput(
            self.people.roster(self.tx, self.policy), facts.account, facts.area, self.tx.now, facts.declared_by
        )
        holders = {name: holder.person for name, holder in facts.holders.items()}
        out = frozenset(passed_over)
        while found := routing.find(self.policy, where, role, holders, passed_over=out):
            known = replace(found, person=self.people.resolved(self.tx, found.person))
            barred = self.people.barred(self.tx, [known.person])
            if not barred:
                return known
            out |= barred
        return None

    def present(self, person: str) -> str:
        """Return somebody, or who stands in for them while they are away, by Slack id if it is known."""
        roster = self.people.roster(self.tx, self.policy)
        return self.people.resolved(self.tx, roster.present(person, self.tx.now) or person)

    def on_duty(self, role: str) -> str:
        """Return who gets the pages of a role now: its holder, or the declarer if it has none.

        If the fix owner got the role by being on call, or because nobody was, it is who is on call now. Somebody who is
        away is replaced by who stands in for them, if anybody does. Who is on call isn't paged if they couldn't be
        invited or have left.
        """
        holder = self.facts.holders.get(role)
        if holder is None:
            return self.row.declared_by
        roster, person = self.people.roster(self.tx, self.policy), holder.person
        slot = next((slot for slot in self.policy.slots if slot.key == role), None)
        follows = slot is not None and routing.follows_shifts(holder.how, slot.fill)
        if role == FIX_OWNER and follows and self.row.area:
            duty = roster.on_call(self.row.area, self.tx.now, self.row.account.region)
            gone = {row.person for row in self.row.participants if row.state is InviteState.FAILED}
            if duty is not None and identity_key(duty.person) not in gone:
                person = person if self.people.barred(self.tx, [duty.person]) else duty.person
        return self.people.resolved(self.tx, roster.present(person, self.tx.now) or person)

    def hold(self, role: str, person: str, how: str) -> None:
        """Assign a role to somebody."""
        person = identity_key(person)
        slot = next((slot for slot in self.row.slots if slot.role == role), None)
        if slot is None:
            self.row.slots.append(Slot(role=role, person=person, how=how, position=len(self.row.slots)))
        else:
            slot.person, slot.how = person, how

    def stop_clock(self, kind: ClockKind) -> None:
        """Stop a running clock; do nothing if it isn't running."""
        for span in self.row.spans:
            if span.kind is kind and span.stopped_at is None:
                span.stopped_at = self.tx.now

    def start_clock(self, kind: ClockKind) -> None:
        """Start or resume a clock from what it has counted so far; do nothing if it is running."""
        if not any(span.kind is kind and span.stopped_at is None for span in self.row.spans):
            self.row.spans.append(ClockSpan(kind=kind, started_at=self.tx.now))

    def continue_clock(self, kind: ClockKind, *, stopped_at: datetime | None) -> None:
        """Continue a clock as if it hadn't been stopped at that time; do nothing if it wasn't stopped then."""
        for span in reversed(self.row.spans):
            if span.kind is kind and span.stopped_at is not None and span.stopped_at == stopped_at:
                # Only the last: a wait that began at the same moment has stopped one before it.
                span.stopped_at = None
                return

    def pause_clock(self, kind: ClockKind, *, since: datetime) -> None:
        """Leave out of a running clock the time from then until now; do nothing if it isn't running."""
        for span in self.row.spans:
            if span.kind is kind and span.stopped_at is None:
                span.stopped_at = max(since, span.started_at)
                self.start_clock(kind)
                return

    @property
    def channel_effect_id(self) -> int:
        """Return the effect that creates the channel. Raises LookupError if none was queued."""
        if self.row.opening_effect_id is None:
            raise LookupError(f"{self.row.key} has no channel on its way")
        return self.row.opening_effect_id

    def open_channel(self) -> None:
        """Queue the channel's creation and everything that belongs in it, each effect after what it needs."""
        row, rank, bookmarks = self.row, self.rank, self._bookmarks()
        marks_card = not row.permalink or not row.account.crm_url
        ids = outbox.next_ids(self.tx, 5 + len(bookmarks) + marks_card)
        create, card = ids[:2]
        row.opening_effect_id = create  # part of the topic's key
        effects: list[tuple[NewEffect, int | None]] = [
            (NewEffect(EffectKind.CREATE_CHANNEL, rank=rank), None),
            (NewEffect(EffectKind.CARD, lane=f"{row.key}:card", rank=rank), create),
            (NewEffect(EffectKind.INVITE, lane=f"{row.key}:invite", rank=rank), create),
            (self._topic(), create),
            *((NewEffect(EffectKind.BOOKMARK, {"which": which}, rank=rank), create) for which in bookmarks),
            (NewEffect(EffectKind.PIN, rank=rank), card),
        ]
        if marks_card:
            effects.append((NewEffect(EffectKind.BOOKMARK, {"which": "card"}, rank=rank), card))
        outbox.put_with_ids(self.tx, row.id, ids, effects)
        # In a first channel the card says what must be checked; the list is posted once somebody has noted a check.
        if row.verification_tier is not None and row.previous_channel_id is not None:
            self.draw_tracked_message(TrackedMessageKind.VERIFICATION)
        self.redraw_review()

    def replace_channel(self) -> None:
        """Queue a successor for a lost channel: `<name>-2`, everybody invited again, each linked to the other.

        Whatever was queued for the old channel is posted in the new one.
        """
        row = self.row
        row.previous_channel_id, row.channel_id, row.card_ts = row.channel_id, None, None
        row.previous_trouble, row.channel_trouble, row.channel_turned = row.channel_trouble, None, None
        row.channel_archived_at, row.problems = None, {}
        row.channel_name = first_free(self.tx, row.id, names.successors(row.channel_name or row.key.lower()))
        for participant in row.participants:
            participant.state, participant.reason = InviteState.PENDING, None
        self.tx.session.flush()
        self.open_channel()
        outbox.redirect(self.tx, row.id, after=self.channel_effect_id)

    def draw_tracked_message(self, kind: TrackedMessageKind) -> None:
        """Queue a redraw of a tracked message with the facts of that time; one already queued does the same."""
        key = f"{self.row.key}:{kind}"
        self.do(NewEffect(EffectKind.TRACKED_MESSAGE, {"sheet": kind}, lane=key, coalesce=key), in_channel=True)

    def redraw_update(self, update: int, *, again: bool = False) -> None:
        """Queue a redraw of the message of an update as it stands; with `again` one that is gone is posted again."""
        key = f"{self.row.key}:update:{update}"
        payload = {"update": update, "again": again}
        talk = NewEffect(EffectKind.UPDATE_MESSAGE, payload, lane=f"{self.row.key}:talk", coalesce=key)
        self.do(talk, in_channel=True)

    def redraw_review(self) -> None:
        """Queue the publication of the review, if somebody has written one, as it is then."""
        if self.row.review_state not in (None, ReviewState.DRAFT):
            key = f"{self.row.key}:review"
            self.do(NewEffect(EffectKind.REVIEW, lane=f"{self.row.key}:talk", coalesce=key), in_channel=True)

    def _bookmarks(self) -> list[str]:
        """Return the channel's bookmarks beside the card: the customer's record, and the original message."""
        return [
            name
            for name, address in (("customer", self.row.account.crm_url), ("origin", self.row.permalink))
            if address
        ]

    def finish(self) -> None:
        """Bring timers and card in line with the present facts."""
        self.row.revision += 1
        if self.shown is not None and self.shown.topic.level != self.row.level:
            outbox.rerank(self.tx, self.row.id, self.rank)
            timetable.rerank(self.tx, self.row.id, self.rank)
        # What follows changes the row no more in anything that the facts hold, so they are read once.
        facts = self._settled_facts()
        self._bring_timers_in_line(facts)
        self._end_notices(facts)
        self.refresh_card()
        self._refresh_topic(facts)
        self._refresh_update(facts)
        self._refresh_homes(facts)
        if self.row.programme_id is not None:
            # The card of the programme lists the account's open issues, so it is redrawn too.
            key = f"ESC-{self.row.programme_id}:card"
            refresh = NewEffect(EffectKind.REFRESH_CARD, lane=key, coalesce=key)
            outbox.put_all(self.tx, self.row.programme_id, refresh)
        for number, effect in self.after_cards:
            if number == self.row.id:
                self.do(effect, in_channel=True)
            else:
                outbox.put_all(self.tx, number, effect)
        self.after_cards.clear()

    def bring_timers_in_line(self) -> int:
        """Plan the timers that follow from the present facts, and note when the loops must look again.

        Return how many timers were wrong. It doesn't touch the card.
        """
        return self._bring_timers_in_line(self._settled_facts())

    def _settled_facts(self) -> EscalationFacts:
        """Return the facts with the ids of new rows, which the keys of timers contain."""
        if self.tx.session.new:
            self.tx.session.flush()
        return self.facts

    def _bring_timers_in_line(self, facts: EscalationFacts) -> int:
        note_due_times(self.row, facts, self.policy)
        self.owing |= obligations.owing(self.row)
        obligations.note(self.tx, self.row, facts, self.policy)
        self.owing |= obligations.owing(self.row)
        found = timetable.bring_in_line(self.tx, facts, self.policy, self.service_settings.archive_after)
        self.row.next_due_at = found.next_due_at
        note_weighing(self.row, self.tx.now)
        self.tx.session.flush()
        return found.wrong

    def notice_posted(self, payload: Mapping[str, Any], to: str | None, channel: str, ts: str) -> None:
        """Note where a notice is, in the channel or directly `to` somebody; it replaces the one before."""
        for effect in live_notices.posted(self.row, payload, to, channel, ts):
            self.do(effect)
        self.end_notices()

    def offering_posted(
        self, payload: Mapping[str, Any], offers: Collection[str], to: str | None, at: tuple[str, str]
    ) -> None:
        """Note where a message is that offers something; when it's done, its buttons go."""
        since, (channel, ts) = self.tx.now.isoformat(), at
        live = {"to": to, "channel": channel, "ts": ts, "notice": payload, "offers": sorted(offers), "at": since}
        live_notices.offering(self.row, live)
        self.end_notices()

    def end_notices(self, paged: Collection[str] = ()) -> None:
        """Take the buttons from notices that are over, and from those to people with a page: it asks the same."""
        if self.row.live_notices:
            self._end_notices(self.facts, paged)

    def _end_notices(self, facts: EscalationFacts, paged: Collection[str] = ()) -> None:
        for effect in live_notices.ended(self.row, facts, self.tx.now, paged):
            self.do(effect)

    def redraw_notices(self, *subjects: NoticeSubject) -> None:
        """Draw the notices about these subjects again; those that are over lose their buttons when the change ends."""
        for effect in live_notices.redrawn(self.row, subjects):
            self.do(effect)

    def redraw_notices_of_pages(self) -> None:
        """Draw the notices again that say who will be paged, or was."""
        for effect in live_notices.naming_who_is_paged(self.row):
            self.do(effect)

    def refresh_card(self) -> None:
        """Queue a redraw of the card.

        A card that isn't posted yet needs none: it will be drawn from the facts of that time.
        """
        if self.row.card_ts and self.row.open_channel_id is not None:
            key = f"{self.row.key}:card"
            self.do(NewEffect(EffectKind.REFRESH_CARD, lane=key, coalesce=key))

    def refresh_counts(self) -> None:
        """Queue a redraw of the card if its count of the checklist has changed since the change began."""
        if self._counts_changed:
            self.refresh_card()

    @property
    def _counts_changed(self) -> bool:
        now = shown(self.facts, self.policy)
        return self.shown is not None and (now.is_live, now.done) != (self.shown.is_live, self.shown.done)

    def _refresh_topic(self, facts: EscalationFacts) -> None:
        """Queue the topic if its words change: each time Slack posts a line that it was set."""
        before = self.shown.topic if self.shown is not None else None
        if before is not None and before != topic_of(facts, self.policy) and self.row.has_begun:
            self.do(self._topic(), in_channel=True)

    def _refresh_update(self, facts: EscalationFacts) -> None:
        """Queue a redraw of the update that can't be edited any more, which then loses its button."""
        before = self.shown.update_to_edit if self.shown is not None else None
        if before is not None and before != facts.update_to_edit:
            self.redraw_update(before)

    def _refresh_homes(self, facts: EscalationFacts) -> None:
        """Queue a redraw of the Home tabs that its people look at, those of before the change included."""
        before = self.shown.people if self.shown else frozenset()
        homes.redraw_open(self.tx, people_of(facts) | before | self.owing)

    def redraw_overdue_topic(self, fired: Collection[datetime]) -> None:
        """Queue the topic if, with one of these timers, what is due next has become overdue."""
        due = next_due(self.facts, self.policy)
        if (
            due is not None
            and due.at <= self.tx.now
            and due.at in {at.replace(second=0, microsecond=0) for at in fired}
        ):
            self.do(self._topic(), in_channel=True)

    def redraw_overdue_update(self, fired: Collection[datetime]) -> None:
        """Queue what says when the customer's update is due, if with one of these timers it became overdue.

        That is the last update, if the customer doesn't have it, and what the customer wrote.
        """
        row = self.row
        if row.customer_update_due_at is None or row.customer_update_due_at not in fired:
            return
        for effect in live_notices.grown_overdue(row, row.customer_update_due_at):
            self.do(effect)
        is_internal = row.last_internal_update_at is not None and (
            row.last_customer_update_at is None or row.last_customer_update_at < row.last_internal_update_at
        )
        if row.last_update_id is not None and is_internal:
            self.redraw_update(row.last_update_id)

    def _topic(self) -> NewEffect:
        """Return the effect that sets the topic of the present channel, or of the one on its way."""
        key = f"{self.row.key}:topic:{self.row.opening_effect_id}"
        return NewEffect(EffectKind.TOPIC, lane=key, coalesce=key, rank=self.rank)

    def _channel_effect(self, kind: EffectKind) -> int | None:
        """Return the effect that an effect for the channel waits for: its creation or its return."""
        if self.row.channel_id is None:
            return self.row.opening_effect_id
        is_held = self.row.channel_trouble is not None and kind in (*outbox.WAITS_FOR_CHANNEL, *outbox.FITTINGS)
        return outbox.HELD if is_held else None
