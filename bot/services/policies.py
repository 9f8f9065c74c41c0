"""The policies: the one in force for new escalations, and the ones that running escalations began under."""

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from bot.models.escalation import PolicyVersion
from bot.policy.rules import Policy
from bot.services.core import Transaction


@dataclass(frozen=True)
class _Version:
    """A policy as it is written down; the same content is the same version, whatever it calls itself."""

    policy: Policy

    @cached_property
    def body(self) -> str:
        return self.policy.model_dump_json()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


class Policies:
    """Hands out policies. Each version is written once, and parsed once in the life of a process.

    Another may come into force while escalations are being declared. Each thread remembers which one it was last
    handed as the current, so that an escalation is recorded under the policy that decided it.
    """

    def __init__(self, in_force: Policy) -> None:
        self._in_force = _Version(in_force)
        self._handed = threading.local()
        self._rows: dict[str, int] = {}
        self._parsed: dict[int, Policy] = {}

    @property
    def current(self) -> Policy:
        """The policy in force."""
        version = self._handed.version = self._in_force
        return version.policy

    def adopt(self, policy: Policy) -> bool:
        """Put a policy in force for what is declared from now on; tells whether it is another than before."""
        if policy == self._in_force.policy:
            return False
        self._in_force = _Version(policy)
        return True

    def current_id(self, tx: Transaction) -> int:
        """Return the row of the policy that this thread was last handed as `current`, written down at its first use."""
        version: _Version = getattr(self._handed, "version", self._in_force)
        if version.digest in self._rows:
            return self._rows[version.digest]
        known = select(PolicyVersion.id).where(PolicyVersion.digest == version.digest)
        row_id = tx.session.scalars(known).one_or_none()
        if row_id is None:
            _add(tx, version)
            row_id = tx.session.scalars(known).one()
        # Remembered only once it is committed: this transaction may still be rolled back.
        tx.after_commit.append(lambda: self._remember(row_id, version))
        return row_id

    def of(self, row: PolicyVersion) -> Policy:
        """Return the policy of a version."""
        if row.id not in self._parsed:
            self._parsed[row.id] = Policy.model_validate_json(row.body)
        return self._parsed[row.id]

    def _remember(self, row_id: int, version: _Version) -> None:
        self._rows[version.digest] = row_id
        self._parsed[row_id] = version.policy


def _add(tx: Transaction, version: _Version) -> None:
    """Write a version down; two who do so at the same moment write it once."""
    values = {
        "name": version.policy.name,
        "version": version.policy.version,
        "digest": version.digest,
        "body": version.body,
        "created_at": tx.now,
    }
    insert = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    tx.session.execute(insert(PolicyVersion).values(values).on_conflict_do_nothing())
