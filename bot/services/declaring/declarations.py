"""Declaring: the transaction that stores what was submitted, and what everything else begins with."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from bot.database import homes, ledger, outbox, queries, timetable
from bot.database.change import Change
from bot.database.channel_names import first_free
from bot.database.due_columns import is_weighed, next_weighing, note_due_times
from bot.database.history import history_of
from bot.database.opening_reports import opening_report
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError, NotFound
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy import names
from bot.policy.decide.beginning import clocks_begin, wrong_times
from bot.policy.decide.category_levels import lighter_choice
from bot.policy.decide.evaluation import Decision, evaluate
from bot.policy.decide.routing import RoutingInput, area_of
from bot.policy.model.rules import Policy
from bot.policy.names import CONFIDENTIAL
from bot.policy.plan import schedule
from bot.policy.record.announcements.declaring import JoinedWithReport
from bot.policy.record.escalation import EscalationFacts, PageCause
from bot.policy.record.feed_lines import DeclaredLine
from bot.services.accounts.accounts import Accounts
from bot.services.declaring import on_record
from bot.services.declaring.declaration import Declaration, Report
from bot.services.declaring.first_holders import holders_of
from bot.services.declaring.new_rows import hold, new_row
from bot.services.declaring.on_record import OnRecord
from bot.services.paging import pages
from bot.services.paging.telling import tell_directly
from bot.services.patterns import churn_risk
from bot.services.patterns.patterns import watch
from bot.services.programmes import carrying, proposals, rollup
from bot.services.teams import teams

# After this the declarer is told that Slack takes its time.
_IMPATIENCE: Final = timedelta(seconds=5)


@dataclass(frozen=True)
class Declarations:
    """Declare escalations."""

    records: Records
    policies: Policies
    accounts: Accounts
    people: People

    def declare(
        self, declaration: Declaration, *, by: str, request: str, at: datetime | None = None
    ) -> EscalationFacts:
        """Store the escalation and everything that follows from it, once per `request`.

        Times count from `at` if it was submitted earlier. Raises NotAMember, and FormError if the account or the
        level no longer exists.
        """
        try:
            with self.records.database.transaction(now=at) as tx:
                found = on_record.read(tx, by=by, request=request, account=declaration.account_id)
                self.people.must_be_ours(tx, by, found.standing)
                known = self._facts(tx, found.declared)
                return known or self._declare(tx, declaration, by, request, found)
        except (IntegrityError, FormError):
            # The same form may have been submitted twice at the same time: the other one was first, and what it wrote
            # is in the way of this one.
            with self.records.database.transaction() as tx:
                found = on_record.read(tx, by=by, request=request, account=None)
                known = self._facts(tx, found.declared)
            if known is None:
                raise
            return known

    def policy_drawn_with(self, digest: str | None) -> Policy:
        """Return the policy in force, or that of another replica, by the digest that a form carries."""
        with self.records.database.reading() as tx:
            return self.policies.of_another_replica(tx, digest) or self.policies.current

    def lists_drawn_with(self, digest: str | None) -> Policy | None:
        """Return the policy whose lists a form shows, by the digest that it carries; None if it isn't known."""
        with self.records.database.reading() as tx:
            return self.policies.by_digest(tx, digest)

    def join(self, number: int, report: Report, *, by: str) -> EscalationFacts:
        """Invite somebody to an existing escalation, and post there what they had typed.

        Raises NotFound, and FormError if the report is private and the escalation isn't.
        """
        with self.records.changing(number, by=by) as change:
            if not change.facts.is_live:
                raise NotFound(f"{change.facts.key} is over. Declare a new one.")
            if report.is_private and not change.row.is_private:
                raise FormError(
                    "confidential", f"Your report is private, but {change.facts.key} isn't. Declare it instead."
                )
            change.invite(by)
            change.record("joined", by=by)
            if not report.is_empty:
                change.announce(
                    JoinedWithReport(
                        by=by, summary=report.summary, description=report.description, permalink=report.permalink
                    )
                )
            return change.facts

    def retry(self, number: int, *, by: str) -> EscalationFacts:
        """Retry what couldn't be done for an escalation. Raises NotFound."""
        with self.records.changing(number, by=by) as change:
            change.row.problems = {}
            change.record("retried", by=by)
            outbox.unpark(change.tx, number)
            return change.facts

    def _facts(self, tx: Transaction, number: int | None) -> EscalationFacts | None:
        row = queries.escalation(tx.session, number) if number is not None else None
        return row.facts() if row else None

    def _account(self, tx: Transaction, declaration: Declaration, by: str) -> Account:
        if declaration.account_id is not None:
            found = self.accounts.open_to(tx, declaration.account_id, by)
            if found is None:
                raise NotFound("That account is no longer in the directory. Choose it again.")
            return found
        if not declaration.new_account:
            raise FormError("account", "Choose an account, or type its name to add it.")
        return self.accounts.named(tx, declaration.new_account)

    def _declare(
        self,
        tx: Transaction,
        declaration: Declaration,
        by: str,
        request: str,
        found: OnRecord,
    ) -> EscalationFacts:
        number = declaration.made_from
        source = carrying.source_of(self.records, tx, number, by=by) if number is not None else None
        account = source.row.account if source is not None else self._account(tx, declaration, by)
        facts = account.facts()
        policy = self._policy(tx, declaration).in_region(facts.region)
        history = history_of(tx, policy, account.id)
        _check_known(policy, declaration)
        wrong = wrong_times(declaration.beginning, tx.now)
        if wrong:
            raise FormError.of(wrong)
        begin = clocks_begin(policy, tx.now, declaration.beginning.reported_at)
        decision = evaluate(policy, facts, declaration.issue, declared_at=tx.now, history=history)
        if declaration.proposal is not None:
            proposals.refuse_second_programme(tx, account, block_id="account" if source is None else "summary")
        area = area_of(policy, self.people.directory, facts, chosen=declaration.area, category=decision.category)
        where = RoutingInput(self.people.roster(tx, policy), facts, area, tx.now, by)
        holders = holders_of(tx, self.people, policy, decision, where)
        others: tuple[str, ...] = ()
        if source is not None:
            holders, others = carrying.people_of(source, holders)
        row = new_row(tx, declaration, account, decision, holders, by=by, begin=begin, others=others)
        row.area = area
        if declaration.proposal is None:
            is_read = account.id == declaration.account_id
            row.programme_id = found.programme if is_read else on_record.programme_of(tx, account.id)
        if source is not None:
            carrying.fill(source, row)
        row.request_key, row.policy_id = request, self.policies.current_id(tx)
        self._name(tx, row, declaration, policy)
        hold(tx, row)
        change = Change(tx, row, policy, self.people, self.records.service_settings)
        lighter = lighter_choice(policy, declaration.category, declaration.triggers, declaration.level, decision.level)
        change.record(
            "declared",
            by=by,
            after={"level": decision.level, "chosen": declaration.level},
            reason=f"{lighter}. {declaration.level_reason or 'No reason given.'}" if lighter is not None else None,
        )
        if declaration.proposal is not None:
            proposals.propose(change, declaration.proposal, by=by)
            if source is not None:
                # After the programme's own effects, which have ids already.
                carrying.carry(source, change, by=by)
            _leave_receipt(change, declaration, by)
        else:
            ledger.open_all(change)
            self._open(change, declaration, decision, by=by)
            watch(change, history)
            pages.start_all(change, PageCause.OPENING, decision.page, due_at=tx.now)
            tell_directly(change, decision.tell)
        return self._planned(change)

    def _policy(self, tx: Transaction, declaration: Declaration) -> Policy:
        """Return the policy in force or, for what it doesn't have, that of the replica that drew the form."""
        policy = self.policies.current
        try:
            _check_known(policy, declaration)
        except FormError:
            return self.policies.of_another_replica(tx, declaration.drawn_with) or self.policies.current
        return policy

    def _name(self, tx: Transaction, row: Escalation, declaration: Declaration, policy: Policy) -> None:
        """Offer the account to everybody, unless the escalation is confidential, and choose the channel's name."""
        if not row.is_private:
            self.accounts.name_openly(tx, row.account, declaration.new_account)
            row.weighed_version = row.account.updated_at
        tried = names.candidates(
            self.records.service_settings.channel_template,
            account=CONFIDENTIAL if row.is_private else row.account.name,
            day=tx.now.astimezone(policy.zone).date(),
            number=row.id,
            summary="" if row.is_private else declaration.summary,
        )
        row.channel_name = first_free(tx, row.id, tried)

    def _open(self, change: Change, declaration: Declaration, decision: Decision, *, by: str) -> None:
        """Queue the channel and what is posted elsewhere: the receipt, the feed, the programme, the teams."""
        change.open_channel()
        if declaration.channel is not None or declaration.directly:
            _leave_receipt(change, declaration, by)
        if declaration.channel is not None or declaration.directly or declaration.on_home:
            # Told only if Slack is slow or refuses: otherwise the receipt or Home was first.
            late = replace(opening_report(change.row.id), not_before=change.tx.real_now + _IMPATIENCE)
            outbox.put_all(change.tx, change.row.id, late)
        if declaration.on_home:
            outbox.put_all(change.tx, None, homes.home_of(by))
        change.tell_feed(DeclaredLine(by=by))
        rollup.roll_up(self.records, change, by=by)
        if declaration.category is not None:
            churn_risk.note_churn_triggers(change, by=by)
            asked = [decision.team] if decision.team else []
            teams.ask(change, [*asked, *decision.copies], decision.alert)
        teams.copy_enterprise(change)

    def _planned(self, change: Change) -> EscalationFacts:
        """Store the timers of a new escalation."""
        if change.tx.session.new or change.row.pages:
            change.tx.session.flush()  # the keys of timers contain the ids of new rows
        facts, archive_after = change.facts, self.records.service_settings.archive_after
        note_due_times(change.row, facts, change.policy)
        planned = schedule.plan(facts, change.policy, archive_after=archive_after)
        timetable.add(change.tx, change.row.id, planned, rank=change.rank)
        change.row.next_due_at = min((timer.due_at for timer in planned), default=None)
        if is_weighed(change.row):
            change.row.weigh_at = next_weighing(change.tx.now, change.policy)
        if change.row.opening_effect_id is not None:
            self.records.database.begin(change.tx, change.row.opening_effect_id, facts, change.policy)
        return facts


def _check_known(policy: Policy, declaration: Declaration) -> None:
    """Raise FormError for values the policy doesn't have: it may have changed while the form was open."""
    gone = "The policy has changed and no longer has this one. Choose again."
    if declaration.kind not in {kind.key for kind in policy.kinds}:
        raise FormError("summary", "The policy now has account programmes only. Close this form and open it again.")
    matrix, answers = policy.matrix, declaration.answers
    if answers is not None and (matrix is None or matrix.level_of(answers) != declaration.level):
        raise FormError("level", gone)
    wrong = {
        **({} if declaration.level in {level.code for level in policy.levels} else {"level": gone}),
        **({} if declaration.category in {None, *(one.key for one in policy.categories)} else {"category": gone}),
    }
    if wrong:
        raise FormError.of(wrong)


def _leave_receipt(change: Change, declaration: Declaration, by: str) -> None:
    """Queue the line where the form was asked for, or a direct message: what was declared or proposed."""
    place = {
        "person": by,
        "channel": declaration.channel,
        "response_url": declaration.response_url,
        "thread": declaration.thread,
    }
    change.do(NewEffect(EffectKind.RECEIPT, place), in_channel=not change.facts.is_proposed)
