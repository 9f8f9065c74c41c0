"""The preview of a declaration, which the form shows while it is filled in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.database.history import history_of
from bot.database.lists import Lists
from bot.database.people import People
from bot.database.policies import Found, Policies
from bot.database.queries import IS_LIVE
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.policy.decide.beginning import clocks_begin, counted_from
from bot.policy.decide.evaluation import Decision, evaluate
from bot.policy.decide.routing import RoutingInput, area_of
from bot.policy.excerpts import Excerpt
from bot.policy.model.facts import AccountFacts, Issue
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import Holder
from bot.services.accounts.accounts import Accounts
from bot.services.declaring.first_holders import holders_of, invited_by

# How many of a customer's other escalations the form shows.
OTHERS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class DeclarationPreview:
    """The outcome if the form were submitted now."""

    account: AccountFacts | None
    decision: Decision
    holders: tuple[Holder, ...]
    invited: tuple[str, ...]
    others: Excerpt[Found]
    policy: Policy
    at: datetime


@dataclass(frozen=True)
class DeclarationPreviews:
    """Show what would be declared. Nothing is stored."""

    records: Records
    policies: Policies
    accounts: Accounts
    people: People

    def preview(
        self,
        *,
        account_id: int | None,
        new_account: str | None,
        issue: Issue,
        area: str | None,
        by: str,
        reported_at: datetime | None = None,
        policy: Policy | None = None,
    ) -> DeclarationPreview:
        """Return the level, people and times as they would be, and other open escalations. Raises NotAMember.

        `policy` is that of the form; without it, the one in force.
        """
        policy = policy or self.policies.current
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, by)
            row = self.accounts.open_to(tx, account_id, by) if account_id is not None else None
            others = self._others(tx, row.id, by) if row else Excerpt()
            account = row.facts() if row else AccountFacts(name=new_account or "")
            policy = policy.in_region(account.region)
            history = history_of(tx, policy, row.id if row else None)
            known = _without_unknown_triggers(policy, issue)
            decision = evaluate(policy, account, known, declared_at=tx.now, history=history)
            decision = counted_from(decision, policy, clocks_begin(policy, tx.now, reported_at))
            meant = area_of(policy, self.people.directory, account, chosen=area, category=decision.category)
            where = RoutingInput(self.people.roster(tx, policy), account, meant, tx.now, by)
            holders = holders_of(tx, self.people, policy, decision, where)
            return DeclarationPreview(
                account=account if row or new_account else None,
                decision=decision,
                holders=holders,
                invited=invited_by(decision, holders, by),
                others=others,
                policy=policy,
                at=tx.now,
            )

    def names(self, people: Sequence[str]) -> Mapping[str, str]:
        """Return people's names by Slack id, as far as Slack has named them."""
        with self.records.database.reading() as tx:
            return self.people.names(tx, people)

    def _others(self, tx: Transaction, account_id: int, by: str) -> Excerpt[Found]:
        """Return the oldest of the account's other open escalations that the person may see."""
        lists = Lists(self.records)
        mine = (IS_LIVE, Escalation.account_id == account_id, lists.visible(tx, by))
        return lists.oldest(tx, OTHERS_SHOWN, *mine)


def _without_unknown_triggers(policy: Policy, issue: Issue) -> Issue:
    """Drop triggers of another category, which the form may still show."""
    if issue.category is None:
        return replace(issue, triggers=frozenset())
    keys = {trigger.key for trigger in policy.category(issue.category).triggers if trigger.key}
    return replace(issue, triggers=issue.triggers & keys)
