"""Policies: the current one for new escalations, and the versions that earlier escalations began under."""

import contextlib
import hashlib
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import structlog
from pydantic import ValidationError
from sqlalchemy import select

from bot import metrics
from bot.database import snapshots
from bot.database.transaction import Transaction
from bot.database.upserts import upsert
from bot.errors import UnreadableRecord
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyChange, PolicyVersion
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status

Found = tuple[EscalationFacts, Policy]
# Built once, because it is part of every list.
_VERSIONS = select(PolicyVersion.id)


@dataclass(frozen=True)
class _StoredPolicy:
    """A policy as stored. The same content is the same version, whatever its `version` says."""

    policy: Policy

    @cached_property
    def body(self) -> str:
        return self.policy.model_dump_json()

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()


class Policies:
    """Load policies. Each version is stored once, and parsed once per process.

    The current policy may change while escalations are being declared. Each thread remembers which one it last got as
    `current`, so that an escalation is stored with the policy that decided it.
    """

    def __init__(self, in_force: Policy) -> None:
        self._in_force = _StoredPolicy(in_force)
        # By digest: those in force here earlier, and those of other replicas.
        self._earlier: set[str] = set()
        self._others: dict[str, _StoredPolicy] = {}
        self._handed = threading.local()
        self._rows: dict[str, int] = {}
        self._parsed: dict[int, Policy] = {}
        # By escalation number: whether it is confidential.
        self._unreadable: dict[int, bool] = {}
        # By version row: the text that couldn't be read, and why. A repaired text differs.
        self._broken: dict[int, tuple[str, str]] = {}

    @property
    def current(self) -> Policy:
        """The policy in force."""
        version = self._handed.version = self._in_force
        return version.policy

    def stored(self) -> tuple[Policy, str]:
        """Return the policy in force with the digest of its content."""
        version = self._in_force
        return version.policy, version.digest

    def adopt(self, policy: Policy) -> bool:
        """Put a policy in force for new declarations; return True if it differs from the one before."""
        if policy == self._in_force.policy:
            return False
        self._earlier.add(self._in_force.digest)
        self._in_force = _StoredPolicy(policy)
        return True

    @property
    def digest(self) -> str:
        """The digest of the policy in force, which a form carries."""
        return self._in_force.digest

    def of_another_replica(self, tx: Transaction, digest: str | None) -> Policy | None:
        """Return the policy of another replica by its digest, and have this thread declare under it.

        None for the one in force here, now or earlier, and for one that isn't known or can't be read.
        """
        if digest is None or digest == self.digest or digest in self._earlier:
            return None
        if digest not in self._others:
            kept = select(PolicyChange.body).where(PolicyChange.digest == digest).limit(1)
            body = tx.session.scalars(kept).one_or_none()
            try:
                found = _StoredPolicy(Policy.model_validate_json(body or ""))
            except ValidationError:
                return None
            if found.digest != digest:  # this version writes it differently, and would refer to another row
                return None
            self._others[digest] = found
        self._handed.version = self._others[digest]
        return self._others[digest].policy

    def by_digest(self, tx: Transaction, digest: str | None) -> Policy | None:
        """Return a policy that came into force, here or on another replica, by the digest that a form carries.

        For the words behind the positions in its lists only: what is declared has a policy that is in force. None for
        one that isn't known or can't be read.
        """
        if digest == self.digest:
            return self._in_force.policy
        kept = select(PolicyChange.body).where(PolicyChange.digest == digest).limit(1)
        try:
            return Policy.model_validate_json(tx.session.scalars(kept).one_or_none() or "")
        except ValidationError:
            return None

    def current_id(self, tx: Transaction) -> int:
        """Return the row of the policy this thread last got as `current`, stored at its first use."""
        version: _StoredPolicy = getattr(self._handed, "version", self._in_force)
        if version.digest in self._rows:
            return self._rows[version.digest]
        known = select(PolicyVersion.id).where(PolicyVersion.digest == version.digest)
        row_id = tx.session.scalars(known).one_or_none()
        if row_id is None:
            _add(tx, version)
            row_id = tx.session.scalars(known).one()
        # Remembered only once committed: this transaction may still be rolled back.
        tx.after_commit.append(lambda: self._remember(row_id, version))
        return row_id

    def of(self, row: PolicyVersion) -> Policy:
        """Return the policy of a version. Raises UnreadableRecord if this program can't read it."""
        if row.id not in self._parsed:
            self._parsed[row.id] = self._parse(row)
        return self._parsed[row.id]

    def read(self, row: Escalation) -> Found:
        """Return an escalation with its policy. Raises UnreadableRecord, also if the two don't match."""
        try:
            found = self._read(row)
        except UnreadableRecord as error:
            if row.id not in self._unreadable:
                structlog.get_logger().error("escalation unreadable", escalation=row.id, why=error.why)
            if row.status is not Status.CLOSED:
                self._unreadable[row.id] = row.is_private
            raise
        if self._unreadable:
            self.forget(row.id)
        return found

    def snapshots(self, tx: Transaction, numbers: Collection[int]) -> Mapping[int, Escalation]:
        """Return escalations by number, whole and for reading only."""
        return snapshots.of(tx.session, numbers, parsed=self._parsed.keys())

    def _read(self, row: Escalation) -> Found:
        facts = row.facts()
        if row.policy is None:
            raise UnreadableRecord(row.key, f"its policy version ({row.policy_id}) is missing")
        try:
            policy = self.of(row.policy)
        except UnreadableRecord as error:
            raise UnreadableRecord(row.key, f"{error.what}: {error.why}") from error
        if unknown := _unknown(facts, policy):
            raise UnreadableRecord(row.key, f"its policy knows no {unknown}")
        return facts, policy.in_region(row.region)

    def readable(self, rows: Iterable[Escalation]) -> tuple[Found, ...]:
        """Return those escalations that can be read, in their order.

        The others are counted; `unreadable` names them.
        """
        found = []
        for row in rows:
            try:
                found.append(self.read(row))
            except UnreadableRecord:
                metrics.NOT_DRAWN.inc()
        return tuple(found)

    def unreadable(self) -> Sequence[str]:
        """Return the keys of escalations that aren't closed and couldn't be read at the last try.

        Confidential ones are left out: everybody reads this.
        """
        return [f"ESC-{number}" for number, is_private in sorted(self._unreadable.copy().items()) if not is_private]

    def forget(self, number: int) -> None:
        """Forget that an escalation was unreadable: it no longer exists."""
        self._unreadable.pop(number, None)

    def _parse(self, row: PolicyVersion) -> Policy:
        body, what = row.body, f"policy version {row.id}"
        if self._broken.get(row.id, ("", ""))[0] != body:
            try:
                return Policy.model_validate_json(body)
            except ValidationError as error:
                first = error.errors(include_url=False, include_context=False, include_input=False)[0]
                at = ".".join(map(str, first["loc"]))
                self._broken[row.id] = (body, f"{at}: {first['msg']}" if at else first["msg"])
        raise UnreadableRecord(what, self._broken[row.id][1])

    def numbered(self, tx: Transaction, numbers: Collection[int]) -> Mapping[int, Policy]:
        """Return policies by version row, without unreadable ones; parsed ones cost nothing."""
        unknown = set(numbers) - self._parsed.keys()
        if unknown:
            for row in tx.session.scalars(select(PolicyVersion).where(PolicyVersion.id.in_(unknown))):
                with contextlib.suppress(UnreadableRecord):
                    self.of(row)
        return {number: self._parsed[number] for number in numbers if number in self._parsed}

    def all(self, tx: Transaction) -> Mapping[int, Policy]:
        """Return all policies by version row, without unreadable ones."""
        return self.numbered(tx, tx.session.scalars(_VERSIONS).all())

    def _remember(self, row_id: int, version: _StoredPolicy) -> None:
        self._rows[version.digest] = row_id
        self._parsed[row_id] = version.policy


def _unknown(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return what an escalation refers to that its policy doesn't have; None if there is nothing."""
    levels = {facts.level, facts.chosen_level, facts.highest_level}
    levels |= {facts.override.level} if facts.override else set()
    clocks = (clock.terms.calendar for clock in (facts.response, facts.resolution, facts.team_answer) if clock.terms)
    categories = {key for key in (facts.category, facts.chosen_category) if key is not None}
    for named, look_up, keys in (
        ("level", policy.level, levels),
        ("calendar", policy.calendar, clocks),
        ("category", policy.category, categories),
        ("kind", policy.kind, (facts.kind,)),
        ("team", policy.team, (facts.team,) if facts.team else ()),
    ):
        for key in keys:
            try:
                look_up(key)
            except KeyError:
                return f"{named} {key!r}"
    return None


def _add(tx: Transaction, version: _StoredPolicy) -> None:
    """Store a version; concurrent writers store it once."""
    values = {
        "name": version.policy.name,
        "version": version.policy.version,
        "digest": version.digest,
        "body": version.body,
        "created_at": tx.now,
    }
    tx.session.execute(upsert(tx.session, PolicyVersion).values(values).on_conflict_do_nothing())
