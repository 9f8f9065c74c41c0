"""Asks by direct message how a watched account is doing, and redraws the message when it is answered."""

from dataclasses import dataclass

from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.policy.decide.watches import is_asked
from bot.ports.workspace import Workspace
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.watch.watches import Watches
from bot.views.watch import watch_messages


@dataclass(frozen=True)
class WatchEffects:
    """Performs the effects of watches."""

    core: Core
    workspace: Workspace
    watches: Watches
    redactor: Redactor

    async def draw(self, job: Job) -> Settle | None:
        """Send a question to one person, or redraw it."""
        number, to = job.effect.payload["question"], job.effect.payload["to"]
        asked = await self.core.run_in_background(self.watches.one, number)
        if asked is None:
            raise Dropped
        message = watch_messages.draw(asked.question, job.escalation, job.rules)
        if asked.posted is not None:
            await self.redactor.redraw(job, asked.posted, message)
            return None
        if not is_slack_id(to) or not is_asked(asked.question, job.escalation):
            raise Dropped
        await self.redactor.must_be_told(job, to)
        posted = await post_once(self.workspace, job, to, message)
        return lambda tx: self.watches.posted(tx, number, posted)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = WatchEffects(kit.core, kit.workspace, kit.services.watches, redactor(kit))
    return {EffectKind.WATCH: effects.draw}
