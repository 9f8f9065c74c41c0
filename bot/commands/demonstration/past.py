"""The past of the demonstration, made by playing it through.

The services are called at the times of the stories, timers fire when they are due, and Slack hears of it in between.
"""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from sqlalchemy import select, update

from bot.clock import ManualClock
from bot.commands.demonstration.mornings import DAYS, Mornings
from bot.commands.demonstration.outages import OutageLife
from bot.commands.demonstration.stories import ZONE, Outage, Story
from bot.models.account import Account
from bot.models.watch import WatchQuestion
from bot.models.work import QUEUED, Effect, EffectKind, EffectState, Timer
from bot.policy.decide.issue_summary import summary_due_at, summary_owner
from bot.policy.decide.watches import AccountState
from bot.policy.plan.timers import TimerKind
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.scheduler.deliver import Deliverer
from bot.services.bundle import Services
from bot.services.closing.closures import Resolution
from bot.services.declaring.declaration import Declaration
from bot.services.teams.teams import MessagePlace
from bot.services.updates.updates import NewUpdate
from bot.views.outcomes import outcome_forms

# What is older than this is sent to Slack once a day of the past, and only in short, so that the demonstration starts
# soon: channels with their cards, archived again, the lines of the feed, and major incidents.
_IN_DETAIL = timedelta(days=2)
_IN_SHORT = (
    *(EffectKind.CREATE_CHANNEL, EffectKind.INVITE, EffectKind.CARD, EffectKind.FEED, EffectKind.ARCHIVE),
    EffectKind.INCIDENT,
    EffectKind.HOT_LIST,
)
_MANAGER = "maria"
# Updates are posted this long before they are due, or when seven eighths of the time have passed, if that is later.
_EARLY = timedelta(minutes=20)
_TEAM_ANSWERS_AFTER = timedelta(minutes=40)
# An escalation that ends within this time ends without the team's answer.
_TEAM_HAS = timedelta(days=1)
# Watch questions of the last day stay unanswered, for the person who tries the demonstration.
_UNANSWERED = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)
_FIRST_DUE = (
    select(Timer.escalation_id, Timer.due_at)
    .where(Timer.fired_at.is_(None), Timer.escalation_id.is_not(None))
    .order_by(Timer.due_at)
    .limit(1)
)
_NEWS = (
    ("We see it too. Looking for the cause.", "We can reproduce the problem and are looking for the cause."),
    ("Cause found, a fix is being written.", "We have found the cause and are working on a fix."),
    ("The fix is being tested.", "A fix is being tested. We will roll it out as soon as it holds."),
    ("The fix is rolling out.", "The fix is rolling out. Please tell us if you still see the problem."),
)
_next = count()


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the stories: Slack ids by name, and who answers for a team."""

    ids: Mapping[str, str]
    of_team: str


@dataclass
class Past:
    """Lives the stories. `show` moves the clock of the local Slack."""

    services: Services
    deliverer: Deliverer
    clock: ManualClock
    show: Callable[[datetime], None]
    cast: Cast
    _told_on: datetime | None = field(default=None)

    async def live(self, stories: Iterator[Story], outages: Iterator[Outage], *, until: datetime) -> None:
        """Live the stories up to `until`; what comes later is left to the person who tries the demonstration."""
        accounts = await self.services.core.run(self._accounts)
        lives = [Life(self.services, story, accounts[story.account], self.cast, self.clock) for story in stories]
        queue = [(life.story.declared_at, next(_next), life.steps()) for life in lives]
        for outage in outages:
            by, account = self.cast.ids[outage.by], accounts[outage.account]
            steps = OutageLife(self.services, outage, account, by, self.clock).steps()
            queue.append((outage.declared_at, next(_next), steps))
        mornings = Mornings(self.services, self.clock, self.cast.ids[_MANAGER]).steps(until - timedelta(days=DAYS))
        queue.append((next(mornings), next(_next), mornings))
        heapq.heapify(queue)
        while queue:
            at, _, steps = heapq.heappop(queue)
            if at >= until:
                continue
            await self._let_pass(at, until)
            then = await self.services.core.run(next, steps, None)
            if then is not None:
                heapq.heappush(queue, (max(then, at), next(_next), steps))
            if steps is mornings:
                # A list that is delivered later would be of another day.
                self._told_on = None
            await self._deliver(until)
        await self._let_pass(until, until)
        await self.deliverer.drain()

    async def _let_pass(self, at: datetime, until: datetime) -> None:
        """Move the clock on, from one due timer to the next."""
        while await self.services.core.run(self._fire_next, at, until):
            await self._deliver(until)
        self._move(at)

    def _fire_next(self, at: datetime, until: datetime) -> bool:
        """Fire the timer that is due next, if one is by `at`; return True if there was one."""
        with self.services.database.transaction() as tx:
            due = tx.session.execute(_FIRST_DUE).first()
        if due is None or due.due_at > at:
            return False
        self._move(max(due.due_at, self.clock.at))
        fired = self.services.timer_runner.fire(due.escalation_id)
        if TimerKind.WATCH_DUE in fired and until - self.clock.at > _UNANSWERED:
            self._answer_watch(due.escalation_id)
        return bool(fired)

    def _answer_watch(self, number: int) -> None:
        """Answer the question how the account is doing."""
        with self.services.database.transaction() as tx:
            asked = (WatchQuestion.escalation_id == number, WatchQuestion.answer.is_(None))
            questions = [(row.id, row.person) for row in tx.session.scalars(select(WatchQuestion).where(*asked))]
        for question, person in questions:
            self.services.watches.answer(number, question, AccountState.WELL, by=person)

    def _move(self, at: datetime) -> None:
        self.clock.at = at
        self.show(at)

    async def _deliver(self, until: datetime) -> None:
        now = self.clock.at
        if until - now >= _IN_DETAIL:
            if self._told_on is not None and now - self._told_on < timedelta(days=1):
                return
            await self.services.core.run(self._leave_out)
        self._told_on = now
        await self.deliverer.drain()

    def _leave_out(self) -> None:
        """Drop old effects that Slack doesn't need."""
        with self.services.database.transaction() as tx:
            left = (Effect.state.in_(QUEUED), Effect.kind.not_in(_IN_SHORT))
            gone = {"state": EffectState.DROPPED, "settled_at": tx.real_now}
            tx.session.execute(update(Effect).where(*left).values(gone))

    def _accounts(self) -> dict[str, int]:
        with self.services.database.transaction() as tx:
            return {row.name: row.id for row in tx.session.scalars(select(Account))}


@dataclass
class Life:
    """One escalation from its declaration to where its story ends."""

    services: Services
    story: Story
    account: int
    cast: Cast
    clock: ManualClock
    number: int = 0

    def steps(self) -> Iterator[datetime]:
        """Do one step each time, and yield when the next is due."""
        facts = self._declare()
        yield from self._until(self.story.acknowledged_at)
        facts = self.services.acknowledgements.acknowledge(self.number, by=_holder(facts, FIX_OWNER))
        if facts.team is not None and self._outlasts(_TEAM_HAS):
            yield self.clock.at + _TEAM_ANSWERS_AFTER
            nowhere = MessagePlace("", "")
            self.services.teams.answered(self.number, facts.team, by=self.cast.of_team, asked_at=nowhere)
        if self.story.stopped_at is not None:
            yield from self._updates(facts, self.story.stopped_at)
            facts = self.services.closures.mitigate(self.number, by=_holder(facts, FIX_OWNER), note=self.story.fixed)
        yield from self._updates(facts, self.story.resolved_at)
        facts = self._resolve(facts)
        yield from self._until(self.story.closed_at)
        self._close(facts)

    def _outlasts(self, length: timedelta) -> bool:
        ended_at = self.story.resolved_at
        return ended_at is None or ended_at > self.story.declared_at + length

    def _until(self, at: datetime | None) -> Iterator[datetime]:
        yield _NEVER if at is None else max(at, self.clock.at)

    def _updates(self, facts: EscalationFacts, until: datetime | None) -> Iterator[datetime]:
        """Post the updates that are owed before `until`."""
        for posted in count():
            owed = min(filter(None, (facts.customer_update_due_at, facts.internal_update_due_at)), default=None)
            if owed is None or (until is not None and owed >= until):
                break
            yield owed - min(_EARLY, (owed - self.clock.at) / 8)
            facts = self._update(facts, posted)
        yield from self._until(until)

    @property
    def _declarer(self) -> str:
        return self.cast.ids[self.story.by]

    def _declare(self) -> EscalationFacts:
        story = self.story
        facts = self.services.declarations.declare(
            Declaration(
                account_id=self.account,
                new_account=None,
                summary=story.summary,
                level=story.level,
                category=story.category,
            ),
            by=self._declarer,
            request=f"demonstration {story.account} {story.declared_at.isoformat()}",
        )
        self.number = facts.number
        return facts

    def _update(self, facts: EscalationFacts, posted: int) -> EscalationFacts:
        note, customer = _NEWS[min(posted, len(_NEWS) - 1)]
        by = _holder(facts, RELATIONSHIP_OWNER)
        owed = self.services.updates.draft(self.number, by=by).owed
        update = NewUpdate(note=note, customer_text=customer, next_at=owed.customer)
        request = f"demonstration {self.number} {self.clock.at.isoformat()}"
        return self.services.updates.post(self.number, update, by=by, request=request)

    def _resolve(self, facts: EscalationFacts) -> EscalationFacts:
        story, by = self.story, _holder(facts, FIX_OWNER)
        return self.services.closures.resolve(
            self.number,
            Resolution(
                fixed=story.fixed,
                cause=story.cause,
                confirmed_by=story.customer,
                confirmed_how="call",
                review_url=f"https://wiki.example.com/reviews/ESC-{self.number}",
                actions=[
                    CorrectiveActionFacts(
                        what=f"Alert us before it happens again: {story.cause}",
                        owner=by,
                        # Nothing in the stories is late yet.
                        due_on=(datetime.now(ZONE) + timedelta(days=7 + self.number % 14)).date(),
                    )
                ]
                if story.cause is not None
                else (),
            ),
            by=by,
        )

    def _close(self, facts: EscalationFacts) -> None:
        if facts.status is not Status.RESOLVED:
            return
        today = self.clock.at.astimezone(ZONE).date()
        by = _holder(facts, RELATIONSHIP_OWNER)
        facts = self.services.closures.close(self.number, by=by, summary=self.story.fixed, finished_on=today)
        owed = self.services.outcomes.draft(self.number, by=by)
        if summary_due_at(facts, owed.policy) is not None:
            text = outcome_forms.draft(facts, owed.policy, owed.names)
            self.services.outcomes.send_summary(self.number, text, (), by=summary_owner(facts))


def _holder(facts: EscalationFacts, role: str) -> str:
    return facts.holder(role) or facts.declared_by
