"""Sends mails, drawn from the facts of the moment, and records which teams they have reached."""

from dataclasses import dataclass

from bot.database.transaction import Core, Transaction
from bot.errors import Permanent
from bot.models.work import Effect, EffectKind
from bot.policy.decide.incidents import incident_key
from bot.policy.record.mails import (
    AskedMail,
    CheckedMail,
    DirectMail,
    Envelope,
    IncidentMail,
    RepeatedMail,
    StoredMail,
    envelope_of,
    mail_of,
)
from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.ports.mailer import Mailer
from bot.ports.workspace import Workspace
from bot.scheduler.effects.direct_mails import DirectMails
from bot.scheduler.effects.kit import EffectKit, Performers, addressed
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.bundle import Services
from bot.services.incidents.incidents import unreachable
from bot.services.mail.contents import MailContents
from bot.services.teams.routes import RouteResult
from bot.views.mail import team_mails
from bot.views.mail.letter import Letter
from bot.views.mail.team_mails import MailContext


@dataclass(frozen=True)
class MailEffects:
    """Performs mails. The workspace only says where channels are."""

    core: Core
    mailer: Mailer | None
    services: Services
    workspace: Workspace
    direct_mails: DirectMails

    async def send(self, job: Job) -> Settle | None:
        """Send one mail to one address."""
        mail, envelope = mail_of(job.effect.payload), envelope_of(job.effect.payload)
        if self.mailer is None:
            if job.facts is None and isinstance(mail, DirectMail):
                raise Dropped  # they can be reached by nothing
            raise Permanent("smtp", "no mail server is set")
        if job.facts is not None and not _is_still_told(mail, job):
            raise Dropped
        if isinstance(mail, DirectMail) and (instead := await self.direct_mails.in_slack(job, mail)) is not None:
            return instead
        letter, contents = await self._drawn(job, mail, envelope)
        await self.mailer.send(addressed(envelope, letter, reply_to=contents.answers_to))
        if job.facts is None or envelope.is_copy or isinstance(mail, DirectMail):
            return None
        number, result = job.facts.number, RouteResult(TeamRouteKind.MAIL, envelope.to, TeamRouteState.REACHED)

        def note(tx: Transaction) -> None:
            self.services.channels.route_settled(tx, number, mail.team, result)

        return note

    async def _drawn(self, job: Job, mail: StoredMail, envelope: Envelope) -> tuple[Letter, MailContents]:
        read = self.services.mail_contents.read
        run = self.core.run_in_background
        if isinstance(mail, IncidentMail):
            found = await run(self.services.incidents.current, mail.incident)
            by = [found.incident.declared_by]
            contents = await run(read, incident_key(mail.incident), envelope, by)
            return team_mails.draw_incident(mail, found.incident, found.policy, contents.names), contents
        if job.facts is None and isinstance(mail, DirectMail):
            return await self.direct_mails.draw_alone(job, mail, envelope)
        facts = job.escalation
        channel_url = f"{self.workspace.url}archives/{facts.channel_id}" if facts.channel_id else None
        if isinstance(mail, DirectMail):
            return await self.direct_mails.draw(job, mail, envelope, channel_url)
        people = [facts.declared_by, *(holder.person for holder in facts.holders.values())]
        contents = await run(read, facts.key, envelope, people)
        if isinstance(mail, RepeatedMail):
            state = await run(self.services.case_reviews.current, mail.review)
            return team_mails.draw_repeated(mail, state.review, facts, job.rules), contents
        checked: tuple[str, ...] = ()
        waits = False
        if isinstance(mail, CheckedMail):
            proof = (await run(self.services.verifications.tracked_message, facts.number)).proof
            if proof is not None:
                checked = tuple(factor.label for factor in proof.tier.of if factor.key in proof.checked)
                waits = proof.waits_for_approval
        may_read = not facts.is_private or await run(
            self.services.teams.may_read, facts.number, mail.team, envelope.recipient
        )
        context = MailContext(
            now=job.now,
            names=contents.names,
            questionnaire=await run(self.services.intakes.known, facts.number),
            is_answered=contents.answers_to is not None,
            channel_url=channel_url,
            checked=checked,
            waits_for_approval=waits,
            is_hidden=not may_read,
            approves=contents.answers_to is not None and job.rules.guards.approve.admits([envelope.to], {}),
        )
        return team_mails.draw(mail, facts, job.rules, context), contents


def _is_still_told(mail: StoredMail, job: Job) -> bool:
    """Return True if a mail that may have waited for hours still has a reason."""
    facts = job.escalation
    if isinstance(mail, AskedMail):
        return facts.is_live and facts.team == mail.team
    return facts.is_live or isinstance(mail, RepeatedMail | DirectMail)


def report_failed(tx: Transaction, effect: Effect) -> None:
    """Notify the declarer of a major incident that its mail was refused for good."""
    mail, envelope = mail_of(effect.payload), envelope_of(effect.payload)
    if isinstance(mail, IncidentMail):
        unreachable(tx, mail.incident, team_mails.not_sent(incident_key(mail.incident), envelope.recipient))


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    direct_mails = DirectMails(kit.core, kit.services, kit.workspace)
    effects = MailEffects(kit.core, kit.mailer, kit.services, kit.workspace, direct_mails)
    return {EffectKind.MAIL: effects.send}
