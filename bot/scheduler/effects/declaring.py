"""Declares the escalations that were queued during a burst, and reports the results to the declarers."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Transaction
from bot.errors import Ambiguous, EscalateError, OutsideError, Permanent
from bot.models.work import Effect, EffectKind
from bot.ports.workspace import ViewGoneError, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Job, Settle
from bot.services.channel import channels
from bot.services.declaring.burst_queue import QueuedDeclaration
from bot.services.declaring.declarations import Declarations
from bot.views import notices
from bot.views.declaring import progress
from bot.views.programmes import programme_messages


@dataclass(frozen=True)
class DeclaringEffects:
    """Performs queued declarations."""

    core: Core
    workspace: Workspace
    declarations: Declarations

    async def declare(self, job: Job) -> Settle | None:
        """Declare as of the time it was submitted, then redraw the form. Repeating it declares only once."""
        sent = QueuedDeclaration.of(job.effect.payload)
        declare = partial(self.declarations.declare, sent.declaration, by=sent.by, request=sent.view_id)
        try:
            facts = await self.core.run_in_background(declare, view_id=sent.view_id, at=job.effect.created_at)
        except EscalateError as error:
            await self._tell(job, sent, str(error))
            return None
        return lambda tx: _show(tx, facts.number)

    async def leave_receipt(self, job: Job) -> Settle | None:
        """Post a line where the form was asked for: it is declared, and where. Only the declarer sees it.

        Slack takes answers to a command for half an hour. After that the bot needs to be in that channel; where it
        isn't, the same text is a direct message.
        """
        payload, facts = job.effect.payload, job.escalation
        if payload["channel"] is not None and await self._is_shared(payload["channel"]):
            line = progress.receipt_outside(facts)
        elif facts.is_proposed:
            line = notices.plain(programme_messages.receipt(facts, job.rules))
        else:
            line = progress.receipt(facts, job.rules, self.workspace.url)
        answer = {"response_type": "ephemeral", "replace_original": False, "text": line.text}
        answer |= {"blocks": list(line.blocks)} if line.blocks else {}
        if payload.get("response_url"):
            with suppress(Ambiguous):
                await self.workspace.respond(payload["response_url"], answer)
                return None
        if payload["channel"] is not None:
            with suppress(Permanent):
                await self.workspace.post_ephemeral(payload["channel"], payload["person"], line)
                return None
        await post_once(self.workspace, job, payload["person"], line)
        return None

    async def _is_shared(self, channel: str) -> bool:
        """Return True if another company reads a channel; also if Slack doesn't say so now."""
        try:
            return await self.workspace.is_shared(channel)
        except OutsideError:
            return True

    async def _tell(self, job: Job, sent: QueuedDeclaration, why: str) -> None:
        """Show in the form why it can't be declared, or send a direct message if the form was closed."""
        try:
            await self.workspace.update_view(sent.view_id, progress.refused(sent.declaration.summary, why))
        except ViewGoneError:
            await post_once(self.workspace, job, sent.by, progress.refusal(sent.declaration.summary, why))


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = DeclaringEffects(kit.core, kit.workspace, kit.services.declarations)
    return {EffectKind.DECLARE: effects.declare, EffectKind.RECEIPT: effects.leave_receipt}


def report_failed(tx: Transaction, effect: Effect) -> None:
    """Queue a reply to the declarer that a queued declaration keeps failing, or can't be read."""
    by, declaration = effect.payload.get("by"), effect.payload.get("declaration")
    summary = declaration.get("summary") if isinstance(declaration, dict) else None
    if isinstance(by, str):
        words = {"person": by, "channel": None, "text": progress.stuck(str(summary or ""))}
        outbox.put(tx, None, NewEffect(EffectKind.REPLY, words))


def _show(tx: Transaction, number: int) -> None:
    """Queue the redraw of the form ahead of others: it has been saying that the declaration is on its way."""
    outbox.hurry(tx, number, channels.progress(number))
