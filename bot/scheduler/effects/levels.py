"""Sends level requests to those who decide, and removes their buttons afterwards."""

from dataclasses import dataclass

from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.policy.record.level_requests import LevelRequestFacts
from bot.ports.workspace import Posted, Workspace
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.levels.level_requests import LevelRequests
from bot.views.levels import level_request_messages


@dataclass(frozen=True)
class LevelRequestEffects:
    """Performs the effects of level requests."""

    core: Core
    workspace: Workspace
    level_requests: LevelRequests
    redactor: Redactor

    async def ask(self, job: Job) -> Settle | None:
        """Send a request to one person, unless it is already decided."""
        request, to = await self._request(job), job.effect.payload["to"]
        if not request.is_pending or not is_slack_id(to):
            raise Dropped
        await self.redactor.must_be_told(job, to)
        message = level_request_messages.draw(request, job.escalation, job.rules, again=job.effect.payload["again"])
        posted = await post_once(self.workspace, job, to, message)
        return lambda tx: self.level_requests.note_posted(tx, request.id, posted)

    async def refresh(self, job: Job) -> Settle | None:
        """Redraw a message of the request with the answer and who gave it."""
        request, payload = await self._request(job), job.effect.payload
        message = level_request_messages.draw(request, job.escalation, job.rules, again=False)
        await self.redactor.redraw(job, Posted(payload["channel"], payload["ts"]), message)
        return None

    async def _request(self, job: Job) -> LevelRequestFacts:
        found = await self.core.run_in_background(self.level_requests.one, job.effect.payload["request"])
        if found is None:
            raise Dropped
        return found


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = LevelRequestEffects(kit.core, kit.workspace, kit.services.level_requests, redactor(kit))
    return {EffectKind.LEVEL_REQUEST: effects.ask, EffectKind.REFRESH_LEVEL_REQUEST: effects.refresh}
