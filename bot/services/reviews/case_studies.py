"""Case studies: reviews that are finished, without the names of customers and people. Nothing confidential is one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bot.database.people import People
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.review import CorrectiveAction
from bot.models.review_document import ReviewDocument
from bot.policy.record.case_studies import CaseStudy
from bot.policy.record.ending import FollowUpState
from bot.policy.record.escalation import Status
from bot.policy.record.reviews import ReviewState
from bot.policy.wording.anonymous import anonymous
from bot.services.accounts.accounts import Accounts

SHOWN: Final = 3


@dataclass(frozen=True)
class CaseStudies:
    """Read case studies."""

    records: Records
    policies: Policies
    people: People
    accounts: Accounts

    def newest(self, *, viewer: str) -> tuple[CaseStudy, ...]:
        """Return the newest ones. Raises NotAMember."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            return self.of(tx)

    def of(self, tx: Transaction, *, since: datetime | None = None) -> tuple[CaseStudy, ...]:
        """Return the newest ones, by when they were signed off."""
        signed = (Escalation.review_state == ReviewState.SIGNED, Escalation.status == Status.CLOSED)
        openly = (Escalation.is_private.is_(False), Escalation.withdrawn_reason.is_(None), ReviewDocument.whys != "")
        wanted = (
            select(Escalation, ReviewDocument, Account)
            .join(ReviewDocument, ReviewDocument.escalation_id == Escalation.id)
            .join(Account, Account.id == Escalation.account_id)
            .where(*signed, *openly, *([Escalation.review_state_at >= since] if since is not None else []))
            .order_by(Escalation.review_state_at.desc(), Escalation.id.desc())
            .limit(SHOWN)
        )
        rows = tx.session.execute(wanted).all()
        return tuple(self._study(tx, *row) for row in rows if not any(map(reading.problem, row)))

    def _study(self, tx: Transaction, row: Escalation, written: ReviewDocument, account: Account) -> CaseStudy:
        policy = self.policies.current
        kept = CorrectiveAction.state != FollowUpState.DROPPED
        actions = select(CorrectiveAction.what).where(CorrectiveAction.escalation_id == row.id, kept)
        changed = tx.session.scalars(actions.order_by(CorrectiveAction.id)).all()
        why = next((line for line in reversed(written.whys.split("\n")) if line.strip()), "")
        what = written.story or row.summary
        texts = [what, why, written.went_well, *changed]
        customers = [*_names_of(account), *self._others(tx, texts)]
        people = self._names(tx, row, written, texts)
        what, why, went_well, *changed = (anonymous(text, customers=customers, people=people) for text in texts)
        categories = {each.key: each.label for each in policy.categories}
        levels = {each.code: each.label for each in policy.levels}
        return CaseStudy(
            level=levels.get(row.highest_level, row.highest_level),
            category=categories.get(row.category or ""),
            what=what,
            why=why,
            went_well=went_well,
            changed=tuple(changed),
        )

    def _others(self, tx: Transaction, texts: Iterable[str]) -> list[str]:
        """Return the names of all accounts that the texts mention."""
        found = self.accounts.names(tx).mentioned("\n".join(texts))
        rows = tx.session.scalars(select(Account).where(Account.id.in_([one.id for one in found]))) if found else ()
        return [name for row in rows if not reading.problem(row) for name in _names_of(row)]

    def _names(self, tx: Transaction, row: Escalation, written: ReviewDocument, texts: Iterable[str]) -> set[str]:
        """Return the names of all who had a part in it, and of whom the texts name in full."""
        held = select(Slot.person).where(Slot.escalation_id == row.id)
        came = select(Participant.person).where(Participant.escalation_id == row.id)
        known = {row.declared_by, *tx.session.scalars(held), *tx.session.scalars(came)}
        known |= {who for who in (written.written_by,) if who}
        return {*self.people.names(tx, known).values(), *self.people.named_in(tx, "\n".join(texts))}


def _names_of(account: Account) -> list[str]:
    """Return everything a customer and their people may be called."""
    found = [account.name, *(account.aliases or "").split(";"), *account.name.split()[:1]]
    if account.domain:
        found += [account.domain, account.domain.removeprefix("www.").partition(".")[0]]
    return found
