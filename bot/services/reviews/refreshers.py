"""The quarterly refresher, composed from the history of the policy and from case studies."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from pydantic import ValidationError
from sqlalchemy import select

from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.policy_version import PolicyChange
from bot.policy.model.rules import Policy
from bot.policy.plan import learnings
from bot.policy.plan.learnings import LearningsKind
from bot.policy.plan.refresher import RefresherPage
from bot.services.reviews.case_studies import CaseStudies

_KIND = LearningsKind.REFRESHER


@dataclass(frozen=True)
class Refreshers:
    """Compose refreshers."""

    records: Records
    policies: Policies
    case_studies: CaseStudies

    def compose(self, on: date) -> RefresherPage | None:
        """Return the refresher of a day; None if the policy has none any more."""
        policy = self.policies.current
        rule = learnings.rule_of(_KIND, policy)
        if rule is None:
            return None
        since = learnings.moment_of(learnings.since(_KIND, on), rule, policy).astimezone(UTC)
        with self.records.database.reading() as tx:
            studies = self.case_studies.of(tx, since=since)
            known_from, before = _in_force(tx, since)
            before = before if before != policy else None
            since = max(since, known_from or since)
            return RefresherPage(tx.now, since, policy, learnings.owner_of(_KIND, policy), before, studies)


def _in_force(tx: Transaction, at: datetime) -> tuple[datetime | None, Policy | None]:
    """Return the policy that was in force at a time, else the first that is known, with when it came into force."""
    earlier = select(PolicyChange.at, PolicyChange.body).where(PolicyChange.at <= at).order_by(PolicyChange.id.desc())
    first = select(PolicyChange.at, PolicyChange.body).order_by(PolicyChange.id)
    row = tx.session.execute(earlier.limit(1)).first() or tx.session.execute(first.limit(1)).first()
    try:
        return (row.at, Policy.model_validate_json(row.body)) if row is not None else (None, None)
    except ValidationError:  # this version can't read it
        return None, None
