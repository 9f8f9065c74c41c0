"""Correct what was declared: the summary, the description, the account."""

from dataclasses import dataclass

from bot.database import queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.errors import FormError
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.channel import Corrected
from bot.policy.record.escalation import EscalationFacts
from bot.services.accounts.accounts import Accounts
from bot.services.incidents.incidents import redraw_incident
from bot.services.programmes.rollup import redraw_issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """The values of the form. Without `account_id` and `new_account` the account stays."""

    summary: str
    description: str
    account_id: int | None = None
    new_account: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionDraft:
    """An escalation to correct, with the id of its account."""

    facts: EscalationFacts
    policy: Policy
    account_id: int


@dataclass(frozen=True)
class Corrections:
    """Correct declarations."""

    records: Records
    accounts: Accounts

    def draft(self, number: int, *, viewer: str) -> CorrectionDraft:
        """Return an escalation for the form. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            require(refusals(change.facts, Move.EDIT))
            return CorrectionDraft(change.facts, change.policy, change.row.account_id)

    def correct(self, number: int, correction: Correction, *, by: str) -> EscalationFacts:
        """Change summary, description and account. Raises Refused and FormError.

        Another account has another tier, health and history, so the level is evaluated again, as after an import: it
        rises at once, and a lower one is proposed. Owners stay.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.EDIT))
            row, before = change.row, change.facts
            account = self._account(change, correction, by)
            row.summary, row.description = correction.summary, correction.description
            if account is not None and account.id != row.account_id:
                _move_to(change, account, correction.new_account)
            after = change.facts
            told = Corrected(
                by=by,
                summary=before.summary if after.summary != before.summary else None,
                account=before.account.name if after.account.name != before.account.name else None,
            )
            if told.summary is not None or told.account is not None:
                change.announce(told)
            if after != before:
                kept = {"summary": before.summary, "account": before.account.name}
                change.record(
                    "corrected", by=by, before=kept, after={"summary": after.summary, "account": after.account.name}
                )
                redraw_incident(change)
                redraw_issues(change)
            return change.facts

    def _account(self, change: Change, correction: Correction, by: str) -> Account | None:
        if change.facts.is_programme:
            return None
        if correction.account_id is not None:
            found = self.accounts.open_to(change.tx, correction.account_id, by)
            if found is None:
                raise FormError("account", "That account isn't in the directory any more. Choose it again.")
            return found
        return self.accounts.named(change.tx, correction.new_account) if correction.new_account else None


def _move_to(change: Change, account: Account, name: str | None) -> None:
    row = change.row
    change.tx.session.flush()
    row.account = account
    row.account_id = account.id
    if not row.is_private:
        Accounts.name_openly(change.tx, account, name)
    accepted = queries.live_programme(account.id).where(Escalation.accepted.is_(True))
    row.programme_id = change.tx.session.scalars(accepted.with_only_columns(Escalation.id)).first()
    row.weigh_at = change.tx.now  # so that the level is evaluated with the data of this account
    change.do(NewEffect(EffectKind.BOOKMARK, {"which": "customer", "again": True}), in_channel=True)
