"""Declaring: what the form shows before, and what one transaction writes when it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bot.errors import FormError, NotFound
from bot.models import queries
from bot.models.account import Account
from bot.models.escalation import ClockKind, ClockSpan, Escalation, Participant, SlaClock, Slot
from bot.policy import names, routing, timers
from bot.policy.calendars import ROUND_THE_CLOCK
from bot.policy.escalation import EscalationFacts, Holder, InviteState, PageCause, Status
from bot.policy.evaluation import Decision, evaluate
from bot.policy.facts import Account as AccountFacts
from bot.policy.facts import Issue
from bot.policy.routing import Where
from bot.policy.rules import Policy
from bot.services import outbox, pages, timetable
from bot.services.accounts import Accounts
from bot.services.core import Transaction
from bot.services.people import People
from bot.services.policies import Policies
from bot.services.records import Change, Records


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What the form says. The account is an id of the directory, or a name that is not in it yet."""

    account_id: int | None
    new_account: str | None
    summary: str
    level: str
    description: str = ""
    area: str | None = None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would happen if the form were sent now."""

    account: AccountFacts | None
    decision: Decision
    holders: tuple[Holder, ...]
    invited: tuple[str, ...]
    others: tuple[tuple[EscalationFacts, Policy], ...]
    policy: Policy


@dataclass(frozen=True)
class Declarations:
    """Declares escalations."""

    records: Records
    policies: Policies
    accounts: Accounts
    people: People

    def preview(
        self, *, account_id: int | None, new_account: str | None, level: str, area: str | None, by: str
    ) -> Preview:
        """Work out level, people and times as they would be, and list what else the account has open."""
        policy = self.policies.current
        with self.records.database.transaction() as tx:
            row = tx.session.get(Account, account_id) if account_id is not None else None
            others = queries.live(tx.session, account=account_id) if account_id is not None else ()
            account = row.facts() if row else AccountFacts(name=new_account or "")
            decision = evaluate(policy, account, Issue(level=level), declared_at=tx.now)
            where = Where(self.people.directory, account, area, tx.now, by)
            holders = self._holders(tx, policy, decision, where)
            return Preview(
                account=account if row or new_account else None,
                decision=decision,
                holders=holders,
                invited=_invited(decision, holders, by),
                others=tuple((other.facts(), self.policies.of(other.policy)) for other in others),
                policy=policy,
            )

    def declare(self, declaration: Declaration, *, by: str, request: str, view_id: str | None) -> EscalationFacts:
        """Write the record and everything that follows from it, once for each `request`.

        Raises FormError when the account or the level does not exist any more.
        """
        try:
            with self.records.database.transaction() as tx:
                known = self._known(tx, request)
                return known or self._declare(tx, declaration, by, request, view_id)
        except IntegrityError:
            # Two sendings of one form met here at the same time; the other one was first.
            with self.records.database.transaction() as tx:
                known = self._known(tx, request)
            if known is None:
                raise
            return known

    def join(self, number: int, *, by: str) -> EscalationFacts:
        """Invite somebody into an escalation that is already there. Raises NotFound."""
        with self.records.changing(number) as change:
            change.invite(by)
            change.record("joined", by=by)
            return change.facts

    def retry(self, number: int, *, by: str) -> EscalationFacts:
        """Try again what could not be done for an escalation. Raises NotFound."""
        with self.records.changing(number) as change:
            change.row.problems = {}
            change.record("retried", by=by)
            outbox.unpark(change.tx, number)
            return change.facts

    def _known(self, tx: Transaction, request: str) -> EscalationFacts | None:
        number = tx.session.scalars(select(Escalation.id).where(Escalation.request_key == request)).one_or_none()
        row = queries.escalation(tx.session, number) if number is not None else None
        return row.facts() if row else None

    def _holders(self, tx: Transaction, policy: Policy, decision: Decision, where: Where) -> tuple[Holder, ...]:
        holders = routing.fill(policy, where, decision.roles)
        known = self.people.resolve(tx, [holder.person for holder in holders])
        return tuple(Holder(holder.role, known[holder.person], holder.how) for holder in holders)

    def _account(self, tx: Transaction, declaration: Declaration) -> Account:
        if declaration.account_id is not None:
            found = tx.session.get(Account, declaration.account_id)
            if found is None:
                raise NotFound("That account is not in the directory any more. Choose it again.")
            return found
        if not declaration.new_account:
            raise FormError("account", "Choose the account, or type its name to add it.")
        return self.accounts.named(tx, declaration.new_account)

    def _declare(
        self, tx: Transaction, declaration: Declaration, by: str, request: str, view_id: str | None
    ) -> EscalationFacts:
        policy = self.policies.current
        account = self._account(tx, declaration)
        facts = account.facts()
        decision = evaluate(policy, facts, Issue(level=declaration.level), declared_at=tx.now)
        where = Where(self.people.directory, facts, declaration.area, tx.now, by)
        holders = self._holders(tx, policy, decision, where)
        row = Escalation(
            request_key=request,
            view_id=view_id,
            account=account,
            policy_id=self.policies.current_id(tx),
            area=declaration.area or account.area,
            summary=declaration.summary,
            description=declaration.description,
            permalink=declaration.permalink,
            chosen_level=declaration.level,
            level=decision.level,
            highest_level=decision.level,
            trace=list(decision.trace),
            status=Status.OPEN,
            declared_by=by,
            declared_at=tx.now,
            customer_update_due_at=decision.due.customer_update,
            internal_update_due_at=decision.due.internal_update,
        )
        row.slots = [
            Slot(role=holder.role, person=holder.person, how=holder.how, position=place)
            for place, holder in enumerate(holders)
        ]
        row.participants = [
            Participant(person=person, state=InviteState.PENDING) for person in _invited(decision, holders, by)
        ]
        row.clocks = list(_clocks(decision))
        row.spans = [ClockSpan(kind=kind, started_at=tx.now) for kind in ClockKind]
        row.actions, row.pages = [], []
        tx.session.add(row)
        tx.session.flush()
        day = tx.now.astimezone(policy.zone).date()
        row.channel_name = next(
            names.candidates(
                self.records.house.channel_template,
                account=account.name,
                day=day,
                number=row.id,
                summary=declaration.summary,
            )
        )
        change = Change(tx, row, policy, self.people, self.records.house)
        change.record("declared", by=by, after={"level": decision.level, "chosen": declaration.level})
        change.open_channel()
        change.tell_feed("declared", by=by)
        for role in decision.page:
            pages.start(change, PageCause.OPENING, role, due_at=tx.now)
        tx.session.flush()
        timetable.add(tx, row.id, timers.plan(change.facts, policy, archive_after=self.records.house.archive_after))
        return change.facts


def _invited(decision: Decision, holders: tuple[Holder, ...], declarer: str) -> tuple[str, ...]:
    """Return who belongs in the channel: the holders of the level's roles, and the declarer always."""
    named = [holder.person for holder in holders if holder.role in decision.invite]
    return tuple(dict.fromkeys([*named, declarer]))


def _clocks(decision: Decision) -> Iterator[SlaClock]:
    for kind, terms in ((ClockKind.RESPONSE, decision.response), (ClockKind.RESOLUTION, decision.resolution)):
        target = str(terms.target) if terms else None
        yield SlaClock(kind=kind, target=target, calendar=terms.calendar if terms else ROUND_THE_CLOCK)
