"""Sends charts of reports as pictures."""

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.database.policies import Policies
from bot.database.transaction import Core
from bot.errors import Blocked, NotFound, Permanent
from bot.models.work import EffectKind
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.reports.reports import Reports
from bot.views.reports import chart_picture, report_form


@dataclass(frozen=True)
class ReportEffects:
    """Performs pictures, one at a time: each takes a core for a third of a second."""

    core: Core
    workspace: Workspace
    reports: Reports
    policies: Policies
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def send_chart(self, job: Job) -> Settle | None:
        """Send the chart of a report as of now. Where Slack refuses the picture, its numbers go as text."""
        to, words = job.effect.payload["to"], job.effect.payload["words"]
        try:
            report = await self.core.run_in_background(lambda: self.reports.asked(words, viewer=to))
        except NotFound:
            raise Dropped from None
        plot = report_form.plot(report, self.policies.current)
        if plot is None or not chart_picture.is_possible():
            raise Dropped
        async with self.drawing:
            picture = await asyncio.to_thread(chart_picture.picture, plot, report_form.about(report))
        since = job.effect.first_claimed_at if job.effect.in_doubt else None
        try:
            await self.workspace.send_picture(to, picture, report_form.caption(report), since=since)
        except (Permanent, Blocked) as error:
            structlog.get_logger().warning("chart sent as text", call=error.call, error=error.code)
            await post_once(self.workspace, job, to, report_form.chart_as_text(report, plot))
        return None


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = ReportEffects(kit.core, kit.workspace, kit.services.reports, kit.services.policies)
    return {EffectKind.CHART: effects.send_chart}
