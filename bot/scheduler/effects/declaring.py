"""Declares the escalations that were queued during a burst, and answers the declarers where they asked."""

from dataclasses import dataclass
from functools import partial

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Transaction
from bot.errors import EscalateError
from bot.models.work import Effect, EffectKind
from bot.ports.workspace import Workspace
from bot.scheduler.effects.asked_where import AskedWhere, answer_at
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.channel.channels import Channels
from bot.services.declaring import burst_queue
from bot.services.declaring.burst_queue import QueuedDeclaration
from bot.services.declaring.declarations import Declarations
from bot.views import notices
from bot.views.declaring import receipts
from bot.views.programmes import programme_messages


@dataclass(frozen=True)
class DeclaringEffects:
    """Performs queued declarations, and answers the declarers."""

    core: Core
    workspace: Workspace
    declarations: Declarations
    channels: Channels

    async def declare(self, job: Job) -> Settle | None:
        """Declare as of the time it was submitted. Repeating it declares only once."""
        sent = QueuedDeclaration.of(job.effect.payload)
        declare = partial(self.declarations.declare, sent.declaration, by=sent.by, request=sent.view_id)
        try:
            await self.core.run_in_background(declare, at=job.effect.created_at)
        except EscalateError as error:
            typed = sent.declaration
            line = receipts.refusal(typed.summary, typed.description, str(error))
            place = AskedWhere(sent.by, typed.channel, typed.response_url, typed.thread)
            await answer_at(self.workspace, job, place, line, None)
        return lambda tx: burst_queue.answered(tx, sent)

    async def leave_receipt(self, job: Job) -> Settle | None:
        """Post a line where the form was asked for: it is declared, and where. Only the declarer sees it."""
        facts = job.escalation
        if facts.is_proposed:
            line = notices.plain(programme_messages.receipt(facts, job.rules))
        else:
            line = receipts.receipt(facts, job.rules, self.workspace.url)
        outside = receipts.receipt_outside(facts, self.workspace.url)
        await answer_at(self.workspace, job, AskedWhere.of(job.effect.payload), line, outside)
        return None

    async def report_opening(self, job: Job) -> Settle | None:
        """Answer where the form was asked for: what Slack refused, or that the channel takes longer."""
        facts = job.escalation
        if not facts.problems and (facts.has_channel or not facts.is_live or facts.is_proposed):
            raise Dropped
        line = receipts.trouble(facts) if facts.problems else receipts.late(facts, job.rules)
        receipt = await self.core.run_in_background(self.channels.asked_from, facts.number)
        place = AskedWhere.of(receipt) if receipt is not None else AskedWhere(facts.declared_by)
        await answer_at(self.workspace, job, place, line, None)
        return None


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = DeclaringEffects(kit.core, kit.workspace, kit.services.declarations, kit.services.channels)
    return {
        EffectKind.DECLARE: effects.declare,
        EffectKind.RECEIPT: effects.leave_receipt,
        EffectKind.PROGRESS: effects.report_opening,
    }


def report_failed(tx: Transaction, effect: Effect) -> None:
    """Queue a reply to the declarer that a queued declaration keeps failing, or can't be read."""
    by, declaration = effect.payload.get("by"), effect.payload.get("declaration")
    summary = declaration.get("summary") if isinstance(declaration, dict) else None
    if isinstance(by, str):
        words = {"person": by, "channel": None, "text": receipts.stuck(str(summary or ""))}
        outbox.put(tx, None, NewEffect(EffectKind.REPLY, words))
