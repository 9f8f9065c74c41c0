"""Posts to teams in their own channels, and redraws what was asked there."""

from dataclasses import dataclass

from bot.database.outbox import LOST
from bot.database.people import is_slack_id
from bot.database.transaction import Transaction
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.team_messages import (
    AlertedMessage,
    AskedMessage,
    CopiedMessage,
    QuestionMessage,
    RedrawnMessage,
    RemovedMessage,
    TeamMessage,
    team_message_of,
)
from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.ports.workspace import Message, Posted, Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Held, Job, Settle
from bot.services.channel.channels import Channels
from bot.services.channel.places import Places, waits
from bot.services.confidential.redaction import PostedMessage
from bot.services.teams.routes import RouteResult
from bot.views.channel import places
from bot.views.teams import team_messages


@dataclass(frozen=True)
class TeamEffects:
    """Performs the messages to teams."""

    workspace: Workspace
    channels: Channels
    places: Places

    async def tell_team(self, job: Job) -> Settle | None:
        """Post to a team's own channel; if that fails, report it in the escalation's channel."""
        told, facts = team_message_of(job.effect.payload), job.escalation
        if isinstance(told, RemovedMessage):
            await self._remove(Posted(told.channel, told.ts))
            return None
        message = team_messages.draw(told, facts, job.rules, job.now)
        if isinstance(told, RedrawnMessage):
            await self._redraw_question(job, Posted(told.channel, told.ts), message)
            return None
        effect, channel, waited = job.effect, told.channel, waits(job.effect)
        if waited and not _is_still_told(told, facts):
            raise Dropped
        try:
            posted = await post_once(self.workspace, job, channel.removeprefix("#"), message)
        except Permanent as error:
            why = error.code
            if why not in LOST or is_slack_id(channel):
                return lambda tx: self._give_up(tx, told, facts.number, why)

            def keep(tx: Transaction) -> None:
                self._settle_route(tx, told, facts.number, TeamRouteState.DELAYED, why)
                if not waited:
                    self.channels.unreachable(tx, facts.number, channel, why, waits=True)
                self.places.lost(tx, effect, channel, places.lost(channel, why))

            raise Held(why, keep) from error

        def note(tx: Transaction) -> None:
            self.places.found(tx, effect, channel)
            if not isinstance(told, AlertedMessage):
                self.channels.asked(tx, facts.number, told, posted)
            self._settle_route(tx, told, facts.number, TeamRouteState.REACHED)

        return note

    def _give_up(self, tx: Transaction, told: TeamMessage, number: int, why: str) -> None:
        if not is_slack_id(told.channel):
            self.channels.unreachable(tx, number, told.channel, why)
        self._settle_route(tx, told, number, TeamRouteState.FAILED, why)

    def _settle_route(
        self, tx: Transaction, told: TeamMessage, number: int, state: TeamRouteState, why: str | None = None
    ) -> None:
        """Record what became of asking a team in its channel. Only a question can fail to ask."""
        if isinstance(told, AlertedMessage | RedrawnMessage):
            return
        if state is TeamRouteState.REACHED or isinstance(told, AskedMessage | CopiedMessage):
            route = TeamRouteKind.ON_CALL if is_slack_id(told.channel) else TeamRouteKind.CHANNEL
            self.channels.route_settled(tx, number, told.team, RouteResult(route, told.channel, state, why))

    async def _remove(self, at: Posted) -> None:
        try:
            await self.workspace.remove(at)
        except Permanent as error:
            raise Dropped from error  # it is gone already, or can't be removed: the new one stands below it

    async def _redraw_question(self, job: Job, at: Posted, message: Message) -> None:
        try:
            await self.workspace.edit(at, message)
        except Permanent as error:
            if error.code not in LOST:
                raise
            raise Dropped from error  # nobody can read the question there any more
        job.said.append(PostedMessage(at))


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = TeamEffects(kit.workspace, kit.services.channels, kit.services.places)
    return {EffectKind.TEAM: effects.tell_team}


def _is_still_told(told: TeamMessage, facts: EscalationFacts) -> bool:
    """Return True if a team still needs the message that waited for its channel."""
    return facts.is_live and (not isinstance(told, QuestionMessage) or told.team == facts.team)
