"""Sends proposals of account programmes to those who decide, and removes the buttons afterwards."""

from dataclasses import dataclass
from functools import partial

from bot.database.people import is_slack_id
from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.decide.account_programme import Programme
from bot.ports.mailer import CalendarPart, Mail, Mailer
from bot.ports.workspace import Posted, Workspace
from bot.scheduler.effects.confidential import Redactor, redactor
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.programmes.carrying import CarriedOver
from bot.services.programmes.programmes import Programmes
from bot.services.programmes.status_calls import StatusCalls, mail_id
from bot.views.programmes import call_messages, programme_messages


@dataclass(frozen=True)
class ProgrammeEffects:
    """Performs the effects of proposals."""

    core: Core
    workspace: Workspace
    programmes: Programmes
    carried_over: CarriedOver
    status_calls: StatusCalls
    mailer: Mailer | None
    redactor: Redactor

    async def ask(self, job: Job) -> Settle | None:
        """Send a proposal to one person, unless it is already decided."""
        facts, to = job.escalation, job.effect.payload["to"]
        if not facts.is_proposed or not is_slack_id(to):
            raise Dropped
        await self.redactor.must_be_told(job, to)
        message = programme_messages.proposal(await self._programme(job), facts, job.rules)
        posted = await post_once(self.workspace, job, to, message)
        return lambda tx: self.programmes.asked(tx, facts.number, posted)

    async def refresh(self, job: Job) -> Settle | None:
        """Redraw every message of the proposal with the answer and who gave it."""
        programme = await self._programme(job)
        message = programme_messages.proposal(programme, job.escalation, job.rules)
        for channel, ts in programme.messages:
            await self.redactor.redraw(job, Posted(channel, ts), message)
        return None

    async def carry_over(self, job: Job) -> Settle | None:
        """Bring who owes the customer in line, after a programme that was made from it has begun or ended. No call."""
        number = job.escalation.number
        return lambda tx: self.carried_over.settle(tx, number)

    async def invite(self, job: Job) -> Settle | None:
        """Mail one invitation to a status call, or its end. Who holds it is told what the server refuses for good."""
        facts, payload = job.escalation, job.effect.payload
        number, call, to = facts.number, payload["call"], payload["to"]
        read = partial(self.status_calls.invitation, number, call, to, payload["sequence"], payload["method"])
        found = await self.core.run_in_background(read)
        if found is None:
            raise Dropped
        if self.mailer is None:
            return lambda tx: self.status_calls.not_mailed(tx, number, call, to, "no mail server is set")
        letter = call_messages.letter(
            found.call, found.facts, found.policy, owner=found.owner_name, is_cancelled=found.is_cancelled
        )
        text = call_messages.calendar(
            found.call,
            found.facts,
            organizer=found.organizer,
            to=to,
            now=job.now,
            is_cancelled=found.is_cancelled,
        )
        mail = Mail(
            recipient=to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            calendar=CalendarPart(text, "CANCEL" if found.is_cancelled else "REQUEST"),
            message_id=mail_id(number, call, payload["sequence"]),
            reply_to=found.reply_to,
            sender_name=", ".join(name for name in (found.owner_name, found.company) if name) or None,
        )
        try:
            await self.mailer.send(mail)
        except Permanent as error:
            refused = str(error)
            return lambda tx: self.status_calls.not_mailed(tx, number, call, to, refused)
        return None

    async def _programme(self, job: Job) -> Programme:
        found = await self.core.run_in_background(self.programmes.around, job.escalation)
        if not isinstance(found, Programme):
            raise Dropped
        return found


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    services = kit.services
    effects = ProgrammeEffects(
        kit.core,
        kit.workspace,
        services.programmes,
        services.carried_over,
        services.status_calls,
        kit.mailer,
        redactor(kit),
    )
    return {
        EffectKind.PROPOSAL: effects.ask,
        EffectKind.REFRESH_PROPOSAL: effects.refresh,
        EffectKind.CARRY_OVER: effects.carry_over,
        EffectKind.CALL_INVITE: effects.invite,
    }
