"""Which policy came into force when."""

from dataclasses import dataclass, field
from datetime import UTC

import structlog
from pydantic import ValidationError
from sqlalchemy import select

from bot import metrics
from bot.database import outbox
from bot.database.locks import advisory_lock
from bot.database.outbox import NewEffect
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.models.policy_version import PolicyChange
from bot.models.work import EffectKind
from bot.policy.decide import policy_changes
from bot.policy.model.rules import Policy
from bot.policy.time.moments import plain_moment


@dataclass
class PolicyHistory:
    """Keep the history of the policy in force."""

    database: Database
    policies: Policies
    # What another replica has put in force instead of the policy in force here; None if there is no such policy.
    difference: str | None = field(default=None, init=False)
    _noted: str | None = field(default=None, init=False)
    # By digest of ours and of theirs.
    _compared: dict[tuple[str, str], bool] = field(default_factory=dict, init=False)

    def note(self) -> bool:
        """Keep the policy in force, unless it is the newest kept; return True if it was new.

        Costs nothing while this process has noted it before.
        """
        policy, digest = self.policies.stored()
        if digest == self._noted:
            return False
        with self.database.transaction() as tx:
            advisory_lock(tx, "policy history")
            newest = tx.session.scalars(select(PolicyChange).order_by(PolicyChange.id.desc()).limit(1)).one_or_none()
            is_new = newest is None or newest.digest != digest
            if is_new:
                row = PolicyChange(
                    name=policy.name,
                    version=policy.version,
                    digest=digest,
                    owner=policy.owner,
                    changed=_changed(newest, policy),
                    body=policy.model_dump_json(),
                    at=tx.now,
                )
                tx.session.add(row)
                tx.session.flush()
                if row.changed and policy_changes.channel(policy) is not None:
                    outbox.put_all(tx, None, NewEffect(EffectKind.POLICY_CHANGE, {"change": row.id}))
        self._noted = digest
        return is_new

    def compare(self) -> bool:
        """Look whether another replica has put another policy in force since, and warn once; return True if so."""
        policy, digest = self.policies.stored()
        if digest != self._noted:
            return False
        with self.database.reading() as tx:
            found = difference(tx, policy, digest, self._compared)
        if found != self.difference:
            log = structlog.get_logger()
            if found is not None:
                log.warning("another replica runs another policy", what=found)
            else:
                log.info("all replicas run one policy again")
        self.difference = found
        metrics.OTHER_POLICY.set(1 if found else 0)
        return found is not None

    @property
    def channel(self) -> str | None:
        """Return where changes are announced; None if the policy names no channel."""
        return policy_changes.channel(self.policies.current)

    def change(self, number: int) -> tuple[Policy, Policy] | None:
        """Return the policy before a change and the one after it; None if either can't be read."""
        with self.database.reading() as tx:
            mine = select(PolicyChange.body).where(PolicyChange.id <= number).order_by(PolicyChange.id.desc()).limit(2)
            bodies = tx.session.scalars(mine).all()
        try:
            after, before = (Policy.model_validate_json(body) for body in bodies)
        except ValueError:  # there is only one, or this version can't read it
            return None
        return before, after


def difference(
    tx: Transaction, policy: Policy, digest: str | None = None, known: dict[tuple[str, str], bool] | None = None
) -> str | None:
    """Return how the policy that came into force last differs from one, in words for an operator; None if it doesn't.

    `known` keeps what was compared, by both digests, since reading a policy takes a while.
    """
    last = (PolicyChange.id, PolicyChange.digest, PolicyChange.name, PolicyChange.version, PolicyChange.at)
    newest = tx.session.execute(select(*last).order_by(PolicyChange.id.desc()).limit(1)).one_or_none()
    if newest is None or newest.digest == digest:
        return None
    known = known if known is not None else {}
    pair = (digest or "", newest.digest)
    if pair not in known:
        body = tx.session.scalars(select(PolicyChange.body).where(PolicyChange.id == newest.id)).one()
        known[pair] = _is_same(body, policy)
    if known[pair]:
        return None
    when = plain_moment(newest.at, UTC)
    theirs = f"{newest.name}, version {newest.version}, came into force on another replica on {when}"
    return f"{theirs}; here it's {policy.name}, version {policy.version}"


def _is_same(body: str, policy: Policy) -> bool:
    try:
        return Policy.model_validate_json(body) == policy
    except ValidationError:  # another version of this program stored it
        return False


def _changed(before: PolicyChange | None, after: Policy) -> list[str]:
    """Return what differs from the one before; nothing if there is none, or this version can't read it."""
    if before is None:
        return []
    try:
        known = Policy.model_validate_json(before.body)
    except ValidationError:
        return []
    return [*policy_changes.changed(known, after)]
