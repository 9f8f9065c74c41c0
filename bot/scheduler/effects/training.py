"""Carries drills out: their channel, what is said in it, the card, the score."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog

from bot.database.outbox import LOST
from bot.database.transaction import Core, Transaction
from bot.errors import OutsideError, Permanent
from bot.models.work import EffectKind
from bot.policy import names
from bot.policy.training.drills import DrillFacts
from bot.ports.workspace import NameTakenError, OwnChannel, Posted, Workspace
from bot.scheduler.effects.asked_where import AskedWhere, answer_at
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import edited, post_once
from bot.scheduler.jobs import Dropped, Job, Performer, Settle
from bot.services.training.drills import Drills
from bot.views.training import drill_messages

_MOST_NAMES: Final = 10


@dataclass(frozen=True)
class DrillEffects:
    """Performs the effects of drills."""

    core: Core
    workspace: Workspace
    drills: Drills

    async def open_channel(self, job: Job) -> Settle | None:
        """Create the private channel and invite its person. If Slack refuses, the person is told and the drill ends."""
        drill = await self._drill(job)
        if drill.channel is not None or drill.ended_at is not None:
            raise Dropped
        try:
            channel = await self._created(job, drill)
            refused = await self.workspace.invite(channel.id, [drill.person])
        except Permanent as error:
            code = error.code
            return lambda tx: self.drills.not_opened(tx, drill.number, code)
        if refused:
            why = next(iter(refused.values()))
            return lambda tx: self.drills.not_opened(tx, drill.number, why)
        try:
            await self.workspace.set_topic(channel.id, drill_messages.topic(drill))
        except Permanent as error:
            structlog.get_logger().warning("topic of a drill not set", why=error.code)
        await self._show(job, drill, channel.id)
        return lambda tx: self.drills.opened(tx, drill.number, channel)

    async def _show(self, job: Job, drill: DrillFacts, channel: str) -> None:
        """Post where the drill was asked for that its channel is open."""
        payload = job.effect.payload
        place = AskedWhere(drill.person, payload.get("channel"), payload.get("response_url"))
        with suppress(OutsideError):
            await answer_at(self.workspace, job, place, drill_messages.begun(drill, self.workspace.url, channel), None)

    async def _created(self, job: Job, drill: DrillFacts) -> OwnChannel:
        base = names.slug(f"drill-{drill.scenario.account}")[: names.LIMIT // 2]
        for attempt in range(1, _MOST_NAMES + 1):
            name = f"{base}-{drill.number}" + ("" if attempt == 1 else f"-{attempt}")
            since = job.effect.first_claimed_at
            if job.effect.in_doubt and since is not None:
                found = await self.workspace.find_own_channel(name, since=since)
                if found is not None:
                    return found
            try:
                return await self.workspace.create_channel(name, private=True)
            except NameTakenError:
                continue
        raise Permanent("conversations.create", f"{_MOST_NAMES} names in a row are taken")

    async def post_line(self, job: Job) -> Settle | None:
        """Post something that was said or done."""
        payload = job.effect.payload
        found = await self.core.run_in_background(self.drills.line, payload["drill"], payload["event"])
        if found is None:
            raise Dropped
        drill, event = found
        message = drill_messages.line(drill, event)
        posted = await post_once(self.workspace, job, _channel(drill), message)
        if not drill_messages.offers_a_step(message):
            return None
        return lambda tx: self.drills.line_posted(tx, payload["event"], posted.ts)

    async def draw_card(self, job: Job) -> Settle | None:
        """Post the card, or draw it again, and take the buttons from lines whose step is done or over."""
        found = await self.core.run_in_background(self.drills.card, job.effect.payload["drill"])
        if found is None:
            raise Dropped
        drill, ts, lines = found
        message, channel = drill_messages.card(drill), _channel(drill)
        if ts is None or not await edited(self.workspace, Posted(channel, ts), message):
            ts = (await post_once(self.workspace, job, channel, message)).ts
        over = {one: drill_messages.line(drill, one.said) for one in lines}
        over = {one: said for one, said in over.items() if not drill_messages.offers_a_step(said)}
        for one, said in over.items():
            await edited(self.workspace, Posted(channel, one.ts), said)
        place, closed = ts, [one.event for one in over]

        def settle(tx: Transaction) -> None:
            self.drills.posted(tx, drill.number, place)
            self.drills.lines_closed(tx, closed)

        return settle

    async def post_score(self, job: Job) -> Settle | None:
        """Post the score."""
        found = await self.core.run_in_background(self.drills.score, job.effect.payload["drill"])
        if found is None:
            raise Dropped
        drill, lines = found
        await post_once(self.workspace, job, _channel(drill), drill_messages.score(drill, lines))
        return None

    async def archive(self, job: Job) -> Settle | None:
        """Archive the channel of a drill that is over."""
        await self.workspace.archive(_channel(await self._drill(job)))
        return None

    async def unless_lost(self, work: Performer, job: Job) -> Settle | None:
        """Do something in the channel; if somebody has archived or deleted it by hand, the drill ends."""
        try:
            return await work(job)
        except OutsideError as error:
            if error.code not in LOST:
                raise
        number = job.effect.payload["drill"]
        return lambda tx: self.drills.channel_lost(tx, number)

    async def _drill(self, job: Job) -> DrillFacts:
        found = await self.core.run_in_background(self.drills.facts, job.effect.payload["drill"])
        if found is None:
            raise Dropped
        return found


def _channel(drill: DrillFacts) -> str:
    if drill.channel is None:
        raise Dropped
    return drill.channel


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = DrillEffects(kit.core, kit.workspace, kit.services.drills)
    return {
        EffectKind.DRILL_CHANNEL: effects.open_channel,
        EffectKind.DRILL_LINE: partial(effects.unless_lost, effects.post_line),
        EffectKind.DRILL_CARD: partial(effects.unless_lost, effects.draw_card),
        EffectKind.DRILL_SCORE: partial(effects.unless_lost, effects.post_score),
        EffectKind.DRILL_ARCHIVE: partial(effects.unless_lost, effects.archive),
    }
