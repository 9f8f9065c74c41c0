"""Teams that help: asked by every route, chased once (docs/policy.md#team-answer, docs/policy.md#the-chase)."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, select

from bot.database import outbox, queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotAMember, NotFound, NotKnownYet, UnreadableRecord
from bot.models.clocks import ClockKind
from bot.models.escalation import Escalation
from bot.models.pages import TeamQuestion
from bot.models.work import EffectKind
from bot.policy.decide.contacts import with_contacts
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, Refused, refusals, require
from bot.policy.model.directory import identity_key
from bot.policy.model.rules import Policy
from bot.policy.plan.chases import CHASE, TeamChase
from bot.policy.record import sla
from bot.policy.record.announcements.teams import TeamAnswered, TeamCalled, TeamChased
from bot.policy.record.escalation import FIX_OWNER, MANAGER, EscalationFacts, PageCause, Status
from bot.policy.record.mails import CopiedMail
from bot.policy.record.team_messages import (
    REPEATED,
    AlertedMessage,
    AskedMessage,
    CalledMessage,
    ChasedMessage,
    CopiedMessage,
    RemovedMessage,
    SettledMessage,
    TakenMessage,
    ToTeamMessage,
    payload_of,
)
from bot.policy.record.team_questions import TeamAsked
from bot.services.teams import routes, team_rings

_ASKED_AT = "team asked"
# When the team's lead was last asked, beside the reminders of the record.
_LEAD = "team lead"
_LIVE = (Status.OPEN, Status.MITIGATED)


@dataclass(frozen=True, slots=True)
class MessagePlace:
    """The message whose button was pressed: a channel and a `ts`."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class TeamsAsked:
    """An escalation with the questions to teams that have arrived."""

    facts: EscalationFacts
    policy: Policy
    asked: tuple[TeamAsked, ...]


@dataclass(frozen=True)
class Teams:
    """Record the answers of teams."""

    records: Records

    def asked(self, number: int, *, viewer: str) -> TeamsAsked:
        """Return an escalation, and where teams were asked; its policy has the people on its rungs. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            rows = tx.session.scalars(select(TeamQuestion).where(TeamQuestion.escalation_id == number))
            asked = tuple(TeamAsked(row.team, row.channel) for row in rows)
            holders = {slot: holder.person for slot, holder in change.facts.holders.items()}
            policy = with_contacts(change.policy, change.people.directory, holders, change.row.account.region)
            return TeamsAsked(change.facts, policy, asked)

    def answered(
        self, number: int, team: str, *, by: str, asked_at: MessagePlace | None = None, is_open: bool = False
    ) -> bool:
        """Record that a team has answered, and invite the person who pressed. Raises Refused.

        Return False if that was known already and nothing has changed.

        `asked_at` is the message with the button; `is_open` is true if anybody may read it there. Anybody who reads the
        question in the channel of the team that helps now may join. For a confidential escalation, only those the
        directory names for the team; if it names nobody, those in the team's private channel.
        """
        with self.records.database.transaction() as tx:
            with self.records.named_to(tx, number, by):
                change = self.records.within(tx, number)
            asked = change.row.team == team and asked_at is not None and _was_asked(change, team, asked_at)
            if not asked:
                self.records.people.must_see(tx, change.facts, change.policy, by)
            elif not may_come_in(self.records.people, change, team, by, is_open=is_open):
                facts = change.facts
                whom = facts.holder(FIX_OWNER) or facts.holder(MANAGER) or facts.declared_by
                raise Refused([Refusal(Obstacle.NOT_OF_THE_TEAM, Move.UPDATE, facts.status, whom)])
            require(refusals(change.facts, Move.UPDATE))
            if not _is_news(change, team, by):
                return False
            answer(change, team, by=by, noted=not asked)
            return True

    def wrote(self, channel: str, by: str, thread: str | None) -> bool:
        """Count what somebody wrote as the answer of the team that helps; return False if it is nothing of that.

        It is a reply to the question in the team's channel, or what one of the team's people writes in that of the
        escalation. Of a team that the directory names nobody for, everybody counts who isn't in the escalation yet.
        """
        with self.records.database.reading() as tx:
            number = self._asked_in(tx, channel, by, thread)
        if number is None:
            return False
        with self.records.database.transaction() as tx:
            try:
                self.records.people.must_be_ours(tx, by)
                change = self.records.within(tx, number)
            except (NotAMember, NotKnownYet, NotFound, UnreadableRecord):
                return False
            team, facts = change.row.team, change.facts
            waits = not sla.has_ended(change.row.clock(ClockKind.TEAM)) and not refusals(facts, Move.UPDATE)
            if team is None or not waits or not self._speaks_for(change, team, by):
                return False
            answer(change, team, by=by, noted=False)
            return True

    def _asked_in(self, tx: Transaction, channel: str, by: str, thread: str | None) -> int | None:
        """Return the escalation whose team may have answered with a message."""
        if thread is not None:
            live = (Escalation.status.in_(_LIVE), Escalation.team == TeamQuestion.team)
            asked = select(Escalation.id).join(TeamQuestion, TeamQuestion.escalation_id == Escalation.id)
            here = (TeamQuestion.channel == channel, TeamQuestion.ts == thread)
            found = tx.session.scalars(asked.where(*live, *here).limit(1)).first()
            if found is not None:
                return found
        teams = self.records.people.directory.teams
        own = self.records.people.identities(tx, by) if teams else frozenset()
        if not any(identity_key(one) in own for named in teams.values() for one in named):
            return None
        return queries.of_channel(tx.session, channel)

    def _speaks_for(self, change: Change, team: str, by: str) -> bool:
        people = self.records.people
        if named := people.directory.teams.get(team, ()):
            return not people.identities(change.tx, by).isdisjoint(map(identity_key, named))
        return not change.facts.is_private and by not in {row.person for row in change.row.participants}

    def written(self, number: int, team: str, *, by: str) -> bool:
        """Record that somebody has written to a team; its clock starts now. Return False if it was reached before.

        Raises NotFound, and Refused once it is over.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            is_news = routes.written(change, team, by=by)
            if is_news:
                routes.tell_person(change)
            return is_news

    def may_read(self, number: int, team: str, address: str) -> bool:
        """Return True if a mail to a team about a confidential escalation may say what it is about.

        Its own address may read all of it; a person only what their button in Slack would show them. Raises NotFound.
        """
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            if address == change.policy.team(team).email:
                return True
            person = self.records.people.resolved(tx, address)
            return may_come_in(self.records.people, change, team, person, is_open=False)


def may_come_in(people: People, change: Change, team: str, by: str, *, is_open: bool) -> bool:
    """Return True if somebody may join an escalation for a team. `is_open` says that anybody may read the question."""
    if people.may_see(change.tx, change.facts, change.policy, by):
        return True
    named = people.directory.teams.get(team, ())
    if not named:
        return not is_open
    return not people.identities(change.tx, by).isdisjoint(map(identity_key, named))


def answer(change: Change, team: str, *, by: str, noted: bool) -> None:
    """Record that a team has answered, and invite who did."""
    routes.written(change, team, by=by)  # they were reached somehow, or they couldn't answer
    if change.row.team == team:
        change.stop_clock(ClockKind.TEAM)
    is_new = by not in {row.person for row in change.row.participants}
    change.invite(by)
    change.record("team answered", by=by, after={"team": team})
    change.announce(TeamAnswered(by=by, team=team, brought_in=is_new))
    take(change, team, by=by, noted=noted)
    team_rings.end(change, team)
    change.finish()


def was_asked(change: Change, team: str, place: MessagePlace, word: str) -> None:
    """Store where a team was asked: anybody who answers there has seen the question.

    What was asked again replaces what was asked again before, so that one reminder stands in a place.
    """
    change.record(_ASKED_AT, after={"team": team, "channel": place.channel, "ts": place.ts})
    if word in REPEATED:
        here = (TeamQuestion.channel == place.channel, TeamQuestion.word == word, TeamQuestion.ts != place.ts)
        for before in change.tx.session.scalars(_questions(change, team).where(*here)):
            removed = RemovedMessage(team=team, channel=before.channel, ts=before.ts)
            change.do(NewEffect(EffectKind.TEAM, payload_of(removed)))
            change.tx.session.delete(before)
    question = TeamQuestion(escalation_id=change.row.id, team=team, channel=place.channel, ts=place.ts, word=word)
    change.tx.session.add(question)


def _was_asked(change: Change, team: str, place: MessagePlace) -> bool:
    asked = select(TeamQuestion.id).where(
        TeamQuestion.escalation_id == change.row.id,
        TeamQuestion.team == team,
        TeamQuestion.channel == place.channel,
        TeamQuestion.ts == place.ts,
    )
    return change.tx.session.scalars(asked).first() is not None


def _is_news(change: Change, team: str, by: str) -> bool:
    """Return True if an answer changes anything: the clock runs, or a new person joins."""
    waits = change.row.team == team and not sla.has_ended(change.row.clock(ClockKind.TEAM))
    return waits or by not in {row.person for row in change.row.participants}


def settle(change: Change) -> None:
    """Redraw what a team was asked and hasn't answered: without its button if the end has come, else with it."""
    team, clock = change.row.team, change.row.clock(ClockKind.TEAM)
    if team is None or not clock.spans or sla.has_ended(clock):
        return
    if not change.facts.is_live or change.row.status is Status.RESOLVED:
        team_rings.end(change, team)
    for question in change.tx.session.scalars(_questions(change, team)):
        settled = SettledMessage(team=team, channel=question.channel, ts=question.ts)
        change.do(NewEffect(EffectKind.TEAM, payload_of(settled)))


def take(change: Change, team: str, *, by: str, noted: bool = False) -> None:
    """Redraw everything that asked a team, without its button: `by` has answered for it, or noted that it has."""
    for question in change.tx.session.scalars(_questions(change, team)):
        at = {"channel": question.channel, "ts": question.ts}
        taken = TakenMessage(team=team, by=by, noted=noted or None, **at)
        change.do(NewEffect(EffectKind.TEAM, payload_of(taken)))


def _questions(change: Change, team: str) -> Select[TeamQuestion]:
    mine = (TeamQuestion.escalation_id == change.row.id, TeamQuestion.team == team)
    return select(TeamQuestion).where(*mine).order_by(TeamQuestion.id)


def ask(change: Change, teams: Iterable[str], channels: Iterable[str]) -> None:
    """Ask the category's team and those copied by every route they have, and notify the alerted channels.

    The team that has CSMs gets a copy of what an Enterprise customer's team is asked, or hears of it directly.
    """
    asked = tuple(dict.fromkeys(teams))
    for team in asked:
        routes.ask(change, team, AskedMessage if team == change.row.team else CopiedMessage)
    for channel in channels:
        change.do(routes.channel_effect(change, AlertedMessage(channel=channel)), in_channel=True)


def copy_enterprise(change: Change) -> None:
    """Mail the team that has CSMs about an Enterprise customer, unless it gets a copy of what a team is asked."""
    enterprise, facts = change.policy.patterns.enterprise, change.facts
    asked = change.row.team is not None and routes.is_mailed(change, change.row.team)
    if enterprise is None or facts.is_private or asked:
        return
    if facts.account.enterprise_mark is not None:
        routes.mail_only(change, CopiedMail(team=enterprise.team))


def inform(change: Change, team: str, message: type[ToTeamMessage]) -> None:
    """Notify a team that nothing is asked of, by every route it has.

    A confidential escalation isn't mentioned to a team that doesn't help with it.
    """
    if routes.may_be_informed(change, team):
        routes.tell(change, team, message)


def chase(change: Change, asked: TeamChase) -> None:
    """Ask a team again, and from the second time on its lead.

    The teams that the policy copies, and the channel, hear of the first time and of the lead. After that one reminder
    stands in each place, and in the channel the one of the team's answer.
    """
    team, chased = asked.team, change.policy.patterns.chase
    lead = routes.tell_lead(change, team) if asked.turn else None
    is_news = asked.turn == 0 or (lead is not None and not _has_been(change, _LEAD))
    kept = {"team": team} | ({"lead": lead} if lead else {})
    change.record("team chased", after=kept)
    named = chased.copies if chased and is_news else ()
    copies = tuple(copy for copy in named if routes.may_be_informed(change, copy))
    for copy in (team, *copies):
        routes.tell(change, copy, ChasedMessage if copy == team else CopiedMessage)
    if is_news:
        channel = change.policy.team(team).slack
        reached = channel is None or not outbox.is_postponed(change.tx, routes.channel_lane(change, channel))
        mailed = routes.is_mailed(change, team) or None
        change.announce(TeamChased(team=team, copies=copies, reached=reached, mailed=mailed, lead=lead))
    stamped = change.tx.now.isoformat()
    change.row.reminded = {**change.row.reminded, CHASE: stamped, **({_LEAD: stamped} if lead else {})}


def _has_been(change: Change, what: str) -> bool:
    """Return True if somebody was reminded of something since the team was asked."""
    at, spans = change.facts.reminded.get(what), change.facts.team_answer.spans
    return at is not None and bool(spans) and at >= spans[0].started_at


def call(change: Change, team: str, cause: PageCause) -> None:
    """Notify a team that a page has reached it: by every route, and in our channel, so that somebody calls."""
    change.record("team called", after={"team": team, "cause": cause})
    routes.tell(change, team, CalledMessage)
    mailed = routes.is_mailed(change, team) or None
    change.announce(TeamCalled(team=team, cause=cause, mailed=mailed))


def change_team(change: Change, team: str | None) -> None:
    """Make another team the one that helps: its clock starts when it has been reached."""
    row = change.row
    for span in [span for span in row.spans if span.kind is ClockKind.TEAM]:
        row.spans.remove(span)
        change.tx.session.delete(span)
    if row.team is not None:
        team_rings.end(change, row.team)
        routes.forget(change, row.team)
    row.team = team
