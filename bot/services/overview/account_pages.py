"""The page of a customer: whether they are escalated, since when and why, and how we kept our word so far."""

from dataclasses import dataclass, replace
from typing import Final

from bot.database import account_queries, list_queries
from bot.database.lists import Lists
from bot.database.people import People
from bot.database.queries import IS_LIVE
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NoEscalation, NotFound, UnreadableRecord
from bot.models import reading
from bot.models.escalation import Escalation
from bot.policy.decide import customer_state
from bot.policy.decide.customer_state import PAST_SHOWN, TALLIED, AccountPage
from bot.policy.model.facts import AccountFacts
from bot.services.accounts.accounts import Accounts

# The most that a page shows at once.
OPEN_SHOWN: Final = 5
FOLLOW_UPS_SHOWN: Final = 3


@dataclass(frozen=True)
class AccountPages:
    """Read the page of a customer. Each takes the same number of statements, however much is on record."""

    records: Records
    accounts: Accounts
    people: People

    def named(self, words: str, *, viewer: str) -> AccountPage:
        """Return the page of the customer that words mean. Raises NotAMember, and NotFound if they mean none."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            account = self.accounts.must_be_meant(tx, words, viewer=viewer)
            return self._page(tx, account.id, viewer, 0)

    def of_escalation(self, number: int, *, viewer: str) -> AccountPage:
        """Return the page of an escalation's customer. Raises NotAMember and NotFound."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            row = self.records.policies.snapshots(tx, [number]).get(number)
            if row is None or not list_queries.count(
                tx.session, Escalation.id == number, self.records.visible(tx, viewer)
            ):
                raise NoEscalation(number)
            return self._page(tx, row.account_id, viewer, 0)

    def page(self, account_id: int, *, viewer: str, first: int = 0) -> AccountPage:
        """Return the page of a customer, with its past from an offset on. Raises NotAMember and NotFound."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            return self._page(tx, account_id, viewer, first)

    def _named(self, tx: Transaction, account: AccountFacts) -> AccountFacts:
        """Return the facts with the customer's people by Slack id, as far as they are known."""
        named = (account.csm, account.manager, account.executive_sponsor)
        csm, manager, sponsor = (self.people.resolved(tx, who) if who else who for who in named)
        return replace(account, csm=csm, manager=manager, executive_sponsor=sponsor)

    def _page(self, tx: Transaction, account_id: int, viewer: str, first: int) -> AccountPage:
        row = self.accounts.open_to(tx, account_id, viewer)
        if row is None:
            raise NotFound("This account isn't known.")
        if wrong := reading.problem(row):
            raise UnreadableRecord(f"account {account_id}", wrong)
        seen, lists, policy = self.records.visible(tx, viewer), Lists(self.records), self.records.policies.current
        mine, since = (Escalation.account_id == account_id, seen), tx.now - TALLIED
        spells = account_queries.spells(tx.session, account_id, seen)
        return AccountPage(
            account_id=account_id,
            account=self._named(tx, row.facts()),
            policy=policy,
            at=tx.now,
            today=tx.now.astimezone(self.people.zone(tx, viewer) or policy.zone).date(),
            crm_url=row.crm_url,
            since=customer_state.escalated_since(spells),
            open=lists.live(tx, *mine, limit=OPEN_SHOWN),
            past=lists.newest(tx, PAST_SHOWN, *mine, ~IS_LIVE, first=first),
            repeats=customer_state.repeats(spells, tx.now),
            promises=account_queries.promises(tx.session, account_id, seen, since, tx.now),
            satisfaction=customer_state.satisfaction(spells, tx.now),
            last_word=account_queries.last_word(tx.session, account_id, seen),
            follow_ups=account_queries.follow_ups(tx.session, account_id, seen, FOLLOW_UPS_SHOWN),
            own=self.people.identities(tx, viewer),
        )
