"""The policies: the one in force for new escalations, and the ones that running escalations began under."""

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.models.escalation import PolicyVersion
from bot.policy.rules import Policy
from bot.services.core import Transaction


@dataclass
class Policies:
    """Hands out policies. Each version is written once, and parsed once in the life of a process."""

    current: Policy
    _current_id: int | None = None
    _parsed: dict[int, Policy] = field(default_factory=dict)

    def current_id(self, tx: Transaction) -> int:
        """Return the row of the policy in force, writing it down the first time it is used."""
        if self._current_id is not None:
            return self._current_id
        body = self.current.model_dump_json()
        digest = hashlib.sha256(body.encode()).hexdigest()
        known = select(PolicyVersion.id).where(PolicyVersion.digest == digest)
        row_id = tx.session.scalars(known).one_or_none()
        if row_id is None:
            self._add(tx, digest, body)
            row_id = tx.session.scalars(known).one()
        # Remembered only once it is committed: this transaction may still be rolled back.
        tx.after_commit.append(lambda: self._remember(row_id))
        return row_id

    def of(self, row: PolicyVersion) -> Policy:
        """Return the policy of a version."""
        if row.id not in self._parsed:
            self._parsed[row.id] = Policy.model_validate_json(row.body)
        return self._parsed[row.id]

    def _add(self, tx: Transaction, digest: str, body: str) -> None:
        """Write the policy down; two who do so at the same moment write it once."""
        values = {
            "name": self.current.name,
            "version": self.current.version,
            "digest": digest,
            "body": body,
            "created_at": tx.now,
        }
        insert = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        tx.session.execute(insert(PolicyVersion).values(values).on_conflict_do_nothing())

    def _remember(self, row_id: int) -> None:
        self._current_id = row_id
        self._parsed[row_id] = self.current
