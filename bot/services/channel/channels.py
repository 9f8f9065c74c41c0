"""Record the results of effects in the workspace.

Each function with a transaction runs within the one that settles the effect, so that what happened and what is recorded
can't diverge.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, islice
from typing import Any

from sqlalchemy import select

from bot.database import outbox, profiles
from bot.database.change import Change
from bot.database.channel_names import first_free
from bot.database.locks import advisory_lock
from bot.database.opening_reports import opening_report
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.shown import shown
from bot.database.transaction import Transaction
from bot.errors import Ambiguous
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectKind
from bot.policy import names
from bot.policy.model.reaching import SLACK
from bot.policy.record.announcements.teams import TeamUnreachable
from bot.policy.record.channel import InviteState, OpeningProblem
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.mails import envelope_of, mail_of
from bot.policy.record.team_messages import ToTeamMessage
from bot.policy.record.team_routes import TeamRoute, TeamRouteState
from bot.ports.workspace import OwnChannel, Posted, Profile
from bot.services.channel import mails_held_up
from bot.services.paging import deliveries, pages, rings
from bot.services.people.successors import reassign
from bot.services.sending import dispatch
from bot.services.teams import routes, teams
from bot.services.teams.routes import RouteResult, mail_failed
from bot.services.teams.teams import MessagePlace

# The most candidate names of one day searched for the taken one.
_MOST_CANDIDATES = 100
# Who is invited after this time is told where things stand.
_JOINS_LATE = timedelta(minutes=10)


def refresh_page(page_id: int) -> NewEffect:
    """Return the effect that redraws the latest message of a page."""
    return NewEffect(EffectKind.REFRESH_PAGE, {"page": page_id}, lane=rings.lane(page_id))


def _mended(row: Escalation, problem: OpeningProblem) -> None:
    row.problems = {kind: why for kind, why in row.problems.items() if kind != problem}


@dataclass(frozen=True)
class Channels:
    """Record what became of channels, invitations, cards and pages."""

    records: Records

    def next_name(self, number: int, taken: str) -> str:
        """Commit the next channel name before it is tried; a transaction of its own."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            row = change.row
            if row.channel_name == taken:
                row.channel_name = self._name_after(change, taken)
                change.record("channel name taken", before={"name": taken}, after={"name": row.channel_name})
            return row.channel_name or taken

    def belongs_elsewhere(self, channel: str, number: int) -> bool:
        """Return True if another escalation has that channel; a transaction of its own."""
        with self.records.database.transaction() as tx:
            return _is_of_another(tx, channel, number)

    def asked_from(self, number: int) -> Mapping[str, Any] | None:
        """Return the payload of the receipt, which says where the declarer is answered; None if they get none.

        A transaction of its own.
        """
        mine = (Effect.escalation_id == number, Effect.kind == EffectKind.RECEIPT)
        with self.records.database.transaction() as tx:
            return tx.session.scalars(select(Effect.payload).where(*mine).order_by(Effect.id).limit(1)).first()

    def opened(self, tx: Transaction, number: int, channel: OwnChannel) -> None:
        """Record the created channel; effects that waited for it go out next.

        Raises Ambiguous if another escalation, in doubt about the same name, has just claimed the channel.
        """
        advisory_lock(tx, f"channel {channel.id}")
        if _is_of_another(tx, channel.id, number):
            raise Ambiguous("conversations.create", "the channel is another escalation's")
        change = self.records.within(tx, number)
        row = change.row
        row.channel_id, row.channel_name = channel.id, channel.name
        _mended(row, OpeningProblem.CHANNEL)
        change.record("channel created", after={"channel": channel.id, "name": channel.name})
        change.finish()
        for page in row.pages:
            if page.ended_at is None and page.message_ts:
                change.do(refresh_page(page.id))

    def invited(
        self,
        tx: Transaction,
        number: int,
        channel: str,
        *,
        asked: Sequence[str],
        refused: Mapping[str, str],
        found: Mapping[str, Profile | None],
    ) -> None:
        """Record who is in the channel and who couldn't be invited.

        `found` are Slack's answers about those known by e-mail only. If the channel was replaced meanwhile, nothing is
        recorded: everybody is invited to the next one.
        """
        for email, profile in sorted(found.items()):
            profiles.learn(tx, email, profile, also=[number])
        change = self.records.within(tx, number)
        if change.row.channel_id != channel:
            return
        is_late = tx.now - change.facts.begun_at > _JOINS_LATE
        for participant in change.row.participants:
            if participant.person in asked:
                if is_late and participant.state is not InviteState.INVITED and participant.person not in refused:
                    catch_up = {"channel": channel, "person": participant.person}
                    change.do(NewEffect(EffectKind.CATCH_UP, catch_up), in_channel=True)
                participant.reason = refused.get(participant.person)
                participant.state = InviteState.FAILED if participant.reason else InviteState.INVITED
        _mended(change.row, OpeningProblem.INVITATIONS)
        if refused:
            change.record("invitation refused", after=dict(refused))
        if refused or found:
            reassign(change)
        if refused or found:
            change.finish()
        else:
            change.refresh_counts()

    def card_posted(self, tx: Transaction, number: int, posted: Posted, drawn: EscalationFacts) -> None:
        """Record where the card is; redraw it if what it was drawn from has changed meanwhile."""
        change = self.records.within(tx, number)
        change.row.card_ts = posted.ts
        _mended(change.row, OpeningProblem.CARD)
        now = change.facts
        if now.revision != drawn.revision or shown(now, change.policy) != shown(drawn, change.policy):
            change.refresh_card()
        change.end_notices()

    def notice_sent(
        self, tx: Transaction, number: int, payload: Mapping[str, Any], to: str | None, posted: Posted
    ) -> None:
        """Record where the message of a live notice is."""
        change = self.records.within(tx, number)
        change.notice_posted(payload, to, posted.channel, posted.ts)
        change.end_notices(pages.reached(change))

    def offering_sent(
        self,
        tx: Transaction,
        number: int,
        payload: Mapping[str, Any],
        offers: Collection[str],
        to: str | None,
        posted: Posted,
    ) -> None:
        """Record where a message is that offers something."""
        change = self.records.within(tx, number)
        change.offering_posted(payload, offers, to, (posted.channel, posted.ts))

    def page_withheld(self, tx: Transaction, number: int, page_id: int) -> None:
        """Move a page on if its person may no longer see the escalation."""
        change = self.records.within(tx, number)
        pages.undeliverable(change, page_id, "they can't see this escalation")
        change.finish()

    def archived(self, tx: Transaction, number: int) -> None:
        """Record that the channel is archived; if the escalation was reopened meanwhile, open a successor."""
        change = self.records.within(tx, number)
        change.row.channel_archived_at = tx.now
        change.record("channel archived", after={"channel": change.row.channel_id})
        if change.facts.is_live:
            change.replace_channel()
        else:
            change.row.channel_trouble = None
            outbox.drop_held(tx, number)
        change.finish()

    def asked(self, tx: Transaction, number: int, told: ToTeamMessage, posted: Posted) -> None:
        """Record where a team was asked, and remove there what it repeats."""
        change = self.records.within(tx, number)
        teams.was_asked(change, told.team, MessagePlace(posted.channel, posted.ts), told.word)

    def route_settled(self, tx: Transaction, number: int, team: str, result: RouteResult) -> None:
        """Record what became of a route by which a team was asked."""
        change = self.records.within(tx, number)
        before = change.facts.team_routes
        routes.settled(change, team, result)
        change.bring_timers_in_line()
        change.end_notices()
        if set(map(_trouble, before)) != set(map(_trouble, change.facts.team_routes)):
            change.refresh_card()

    def unreachable(self, tx: Transaction, number: int, channel: str, why: str, *, waits: bool = False) -> None:
        """Notify an escalation's people that another channel couldn't be reached, or that a message waits."""
        change = self.records.within(tx, number)
        change.record("channel not reached", after={"channel": channel, "why": why})
        change.announce(TeamUnreachable(channel=channel, why=why, waits=waits))

    def failed(self, tx: Transaction, number: int, effect: Effect, why: str) -> None:
        """Record that an effect can't succeed without a person, and notify the declarer.

        A page that can't be sent is passed to the next rung at once.
        """
        change, kind = self.records.within(tx, number), effect.kind
        change.record("could not be done", after={"effect": kind, "why": why})
        if kind is EffectKind.PAGE:
            deliveries.failed(change, rings.of_effect(effect), SLACK, why, for_good=True)
            change.finish()
        if kind is EffectKind.RING and (route := rings.route_of(effect)) is not None:
            deliveries.failed(change, rings.of_effect(effect), route, why, for_good=True)
            change.finish()
        if kind is EffectKind.MAIL:
            mail_failed(change, mail_of(effect.payload), envelope_of(effect.payload), why, is_over=True)
            change.finish()
        if kind in (EffectKind.CUSTOMER_MAIL, EffectKind.CUSTOMER_POST):
            dispatch.refused(change, effect.payload["text"], _destination(effect), why)
        if kind.value in {problem.value for problem in OpeningProblem}:
            change.row.problems = {**change.row.problems, kind.value: why}
            outbox.hurry(tx, number, opening_report(number))

    def blocked(self, tx: Transaction, number: int, effect: Effect, why: str) -> None:
        """Record that an effect is refused for now and retried, and notify the person who should know.

        A blocked page says nothing about its person: nobody else is paged instead, and the channel is notified.
        """
        change, kind = self.records.within(tx, number), effect.kind
        change.record("held up", after={"effect": kind, "why": why})
        if kind is EffectKind.PAGE:
            pages.held_up(change, rings.of_effect(effect), why)
        if kind is EffectKind.MAIL:
            mail_failed(change, mail_of(effect.payload), envelope_of(effect.payload), why, is_over=False)
            change.finish()
        if kind in (EffectKind.CUSTOMER_MAIL, EffectKind.CUSTOMER_POST):
            dispatch.held_up(change, effect.payload["text"], _destination(effect), why)
        mails_held_up.tell(change, effect, why)
        if kind.value in {problem.value for problem in OpeningProblem}:
            change.row.problems = {**change.row.problems, kind.value: f"{why}; it is being tried again"}
            outbox.hurry(tx, number, opening_report(number))

    def _name_after(self, change: Change, taken: str) -> str:
        row = change.row
        if row.previous_channel_id is not None:
            return first_free(change.tx, row.id, names.successors(taken))
        tried = names.candidates(
            self.records.service_settings.channel_template,
            account=names.CONFIDENTIAL if row.is_private else row.account.name,
            day=row.declared_at.astimezone(change.policy.zone).date(),
            number=row.id,
            summary="" if row.is_private else row.summary,
        )
        # The name isn't among them if the template, the zone or the account has changed since.
        listed = list(islice(tried, _MOST_CANDIDATES))
        rest = listed[listed.index(taken) + 1 :] if taken in listed else []
        return first_free(change.tx, row.id, chain(rest, names.successors(rest[-1] if rest else taken)))


def _destination(effect: Effect) -> str:
    """Return the address or channel that a text for the customer goes to."""
    return str(effect.payload.get("recipient") or effect.payload.get("channel"))


def _trouble(one: TeamRoute) -> tuple[str, str, str, bool]:
    """Return what the card shows of a route: whether it has failed, or a person has to write."""
    return one.team, one.route, one.to, one.state is TeamRouteState.REACHED


def _is_of_another(tx: Transaction, channel: str, number: int) -> bool:
    other = select(Escalation.id).where(Escalation.channel_id == channel, Escalation.id != number).limit(1)
    return tx.session.scalars(other).one_or_none() is not None
