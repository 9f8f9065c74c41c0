"""The processes that run on one database: each notes itself, and notices those with another policy or other settings.

The one that started last knows of it too, not only the one that was overtaken.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select

from bot import metrics
from bot.database.policies import Policies
from bot.database.service_settings import ServiceSettings
from bot.database.transaction import Database, Transaction
from bot.database.upserts import upsert
from bot.models import reading
from bot.models.replicas import Replica

# A process notes itself every half minute. One that hasn't for so long has ended, whatever ended it.
_LATELY: Final = timedelta(seconds=90)
_MOST: Final = 100
# The settings as an operator writes them. Secrets aren't among them, only what follows from whether they are set.
_NAMED: Final = {
    "archive_after": "ESCALATE_ARCHIVE_AFTER",
    "channel_template": "ESCALATE_CHANNEL_TEMPLATE",
    "feed_channel": "ESCALATE_FEED_CHANNEL",
    "hot_list_channel": "ESCALATE_HOT_LIST_CHANNEL",
    "draws_new_blocks": "ESCALATE_NEW_BLOCKS",
    "digest_hour": "ESCALATE_DIGEST_HOUR",
    "routes": "the routes of pages",
    "command": "ESCALATE_COMMAND",
    "sends_mail": "ESCALATE_SMTP_URL",
    "reads_status_page": "ESCALATE_STATUS_PAGE_URL",
    "asks_customers": "ESCALATE_PUBLIC_URL",
    "answers_domain": "ESCALATE_MAIL_ANSWERS",
    "link_hosts": "ESCALATE_LINK_HOSTS",
}


@dataclass
class Replicas:
    """Note this process, and compare it with the others."""

    database: Database
    policies: Policies
    service_settings: ServiceSettings
    # What differs elsewhere, in words for an operator; None if nothing does.
    other_policy: str | None = field(default=None, init=False)
    other_settings: str | None = field(default=None, init=False)
    # By digest of ours and of theirs.
    _same: dict[tuple[str, str], bool] = field(default_factory=dict, init=False)

    def note(self, name: str, host: str, is_dead: Callable[[str], bool], *, is_told: bool = False) -> None:
        """Note that this process runs, and warn once of others that differ.

        `is_dead` knows those of this machine that have ended. With `is_told` another policy was warned of already.
        """
        policy, digest = self.policies.stored()
        named = f"{policy.name}, version {policy.version}"
        mine = {"host": host, "policy": digest, "policy_named": named, "settings": written(self.service_settings)}
        with self.database.transaction() as tx:
            statement = upsert(tx.session, Replica).values(name=name, seen_at=tx.real_now, **mine)
            values = {column: statement.excluded[column] for column in (*mine, "seen_at")}
            tx.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))
            tx.session.execute(delete(Replica).where(Replica.seen_at < tx.real_now - _LATELY))
            others = [row for row in running(tx) if row.name != name and not is_dead(row.name)]
            policies, settings = self._policies_of(tx, others), self._settings_of(others)
        if policies != self.other_policy and policies is not None and not is_told:
            structlog.get_logger().warning("another replica runs another policy", what=policies)
        if settings != self.other_settings and settings is not None:
            structlog.get_logger().warning("another replica has other settings", what=settings)
        self.other_policy, self.other_settings = policies, settings
        if policies is not None:
            metrics.OTHER_POLICY.set(1)

    def forget(self, name: str) -> None:
        """Note that this process ends."""
        with self.database.transaction() as tx:
            tx.session.execute(delete(Replica).where(Replica.name == name))

    def _policies_of(self, tx: Transaction, others: Iterable[Replica]) -> str | None:
        """Return the other policies with their hosts. One that another version only writes differently is the same."""
        policy, digest = self.policies.stored()
        found: dict[str, None] = {}
        for row in others:
            if row.policy == digest:
                continue
            pair = (digest, row.policy)
            if pair not in self._same:
                self._same[pair] = self.policies.by_digest(tx, row.policy) == policy
            if not self._same[pair]:
                found[f"{row.policy_named} on {row.host}"] = None
        return f"{'; '.join(found)}. Here it's {policy.name}, version {policy.version}" if found else None

    def _settings_of(self, others: Iterable[Replica]) -> str | None:
        """Return the settings in which others differ, with their hosts."""
        own = written(self.service_settings)
        # A key that only one of two versions of this program has differs in nothing.
        theirs = {
            row.host: [key for key in own.keys() & row.settings.keys() if row.settings[key] != own[key]]
            for row in others
        }
        hosts = [host for host, keys in theirs.items() if keys]
        keys = sorted({key for found in theirs.values() for key in found})
        return f"{', '.join(keys)} on {', '.join(hosts)}" if hosts else None


def running(tx: Transaction) -> Sequence[Replica]:
    """Return the processes that have noted themselves lately and whose note can be read."""
    lately = select(Replica).where(Replica.seen_at >= tx.real_now - _LATELY).order_by(Replica.name).limit(_MOST)
    return [row for row in tx.session.scalars(lately) if reading.problem(row) is None]


def differing(rows: Iterable[Replica]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the policies that these processes run, and the settings in which they differ."""
    known = list(rows)
    policies = dict.fromkeys(row.policy for row in known)
    named = dict.fromkeys(f"{row.policy_named} on {row.host}" for row in known) if len(policies) > 1 else {}
    keys = {key for row in known for key in row.settings}
    settings = [key for key in sorted(keys) if len({row.settings[key] for row in known if key in row.settings}) > 1]
    return [*named], settings


def written(settings: ServiceSettings) -> dict[str, str]:
    """Return the settings by the names that operators know, as text to compare."""
    found = {one.name: getattr(settings, one.name) for one in fields(settings)}
    return {
        _NAMED[name]: ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
        for name, value in found.items()
    }
