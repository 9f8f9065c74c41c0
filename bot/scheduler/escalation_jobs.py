"""Loads claimed effects as jobs, and records those that can't be done."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.database.policies import Policies
from bot.database.transaction import Transaction
from bot.errors import UnreadableRecord
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectKind
from bot.scheduler.claims import park
from bot.scheduler.effects import declaring, mail
from bot.scheduler.jobs import Job
from bot.services.channel.channels import Channels
from bot.services.confidential.redaction import ExternalMessages


@dataclass(frozen=True)
class EscalationJobs:
    """Loads what effects refer to, with one query for all escalations of a claim."""

    policies: Policies
    channels: Channels
    external_messages: ExternalMessages

    def prepare(self, tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
        """Load what the effects refer to; park those whose escalation can't be read."""
        numbers = [effect.escalation_id for effect in effects if effect.escalation_id is not None]
        rows = self.policies.snapshots(tx, numbers)
        jobs = []
        for effect in effects:
            try:
                jobs.append(self._job(tx, effect, rows.get(effect.escalation_id or 0)))
            except UnreadableRecord as error:
                park(tx, effect, f"{error.what}: {error.why}")
        return jobs

    def record_posts(self, tx: Transaction, job: Job) -> None:
        """Record messages posted outside the escalation's channel."""
        self.external_messages.note(tx, job.effect, job.facts, job.said)

    def report_failed(self, tx: Transaction, job: Job, why: str) -> None:
        """Record, where people will see it, that an effect can't happen."""
        if job.effect.escalation_id is not None:
            self.channels.failed(tx, job.effect.escalation_id, job.effect, why)
        elif job.effect.kind is EffectKind.DECLARE:
            declaring.report_failed(tx, job.effect)
        elif job.effect.kind is EffectKind.MAIL:
            mail.report_failed(tx, job.effect)

    def report_blocked(self, tx: Transaction, job: Job, why: str) -> None:
        """Record, where people will see it, that an effect is refused and being retried."""
        if job.effect.escalation_id is not None:
            self.channels.blocked(tx, job.effect.escalation_id, job.effect, why)

    def _job(self, tx: Transaction, effect: Effect, row: Escalation | None) -> Job:
        if row is None:
            return Job(effect, None, None, tx.now)
        return Job(effect, *self.policies.read(row), tx.now)
