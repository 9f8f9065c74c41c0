"""Carries requests to whoever answers them, and takes their buttons away when they are over."""

from dataclasses import dataclass

from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.policy.record.requests import RequestFacts
from bot.ports.workspace import Posted, Workspace
from bot.scheduler.deliver import Dropped, Job, Record
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.effects.redaction import Redactor, redactor
from bot.services.levels.requests import Requests
from bot.views.levels import request_messages


@dataclass(frozen=True)
class RequestEffects:
    """Performs the effects of requests."""

    core: Core
    workspace: Workspace
    requests: Requests
    redactor: Redactor

    async def ask(self, job: Job) -> Record | None:
        """Put a request to one person, unless it is over by now."""
        request, to = await self._request(job), job.effect.payload["to"]
        if not request.is_pending or not is_slack_id(to):
            raise Dropped
        await self.redactor.must_be_told(job, to)
        message = request_messages.draw(request, job.escalation, job.rules, again=job.effect.payload["again"])
        posted = await post_once(self.workspace, job, to, message)
        return lambda tx: self.requests.told(tx, request.id, posted)

    async def refresh(self, job: Job) -> Record | None:
        """Redraw a message that put a request: what was answered, and by whom."""
        request, payload = await self._request(job), job.effect.payload
        message = request_messages.draw(request, job.escalation, job.rules, again=False)
        await self.redactor.redraw(job, Posted(payload["channel"], payload["ts"]), message)
        return None

    async def _request(self, job: Job) -> RequestFacts:
        found = await self.core.run_in_background(self.requests.one, job.effect.payload["request"])
        if found is None:
            raise Dropped
        return found


def performers(kit: EffectKit) -> Performers:
    """Return what this can carry out."""
    effects = RequestEffects(kit.core, kit.workspace, kit.services.requests, redactor(kit))
    return {EffectKind.REQUEST: effects.ask, EffectKind.REFRESH_REQUEST: effects.refresh}
