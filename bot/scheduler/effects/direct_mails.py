"""Draws the mails to people who are known only by mail: with the words of the direct message that others get."""

from dataclasses import dataclass
from datetime import date

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.database.transaction import Core, Transaction
from bot.models.work import EffectKind
from bot.policy.decide.account_programme import Programme
from bot.policy.decide.watches import is_asked
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.plan.schedule import is_superseded
from bot.policy.plan.stored_notices import notice_of
from bot.policy.record.duty_notices import duty_notice_of
from bot.policy.record.mails import DirectMail, Envelope
from bot.policy.record.notices.verification import ApprovalWantedNotice
from bot.ports.workspace import Message, Workspace
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.bundle import Services
from bot.services.mail.contents import MailContents
from bot.views import notices
from bot.views.levels import level_request_messages
from bot.views.mail import direct_mails
from bot.views.mail.letter import Letter
from bot.views.mail.team_mails import APPROVE_BY_MAIL
from bot.views.on_call import duty_messages
from bot.views.overview import digest, sponsor_digest
from bot.views.programmes import programme_messages
from bot.views.reviews import success_pack
from bot.views.watch import watch_messages


@dataclass(frozen=True)
class DirectMails:
    """Draw mails that stand for direct messages, from the facts of the moment."""

    core: Core
    services: Services
    workspace: Workspace

    async def in_slack(self, job: Job, mail: DirectMail) -> Settle | None:
        """Return what sends a direct message after all, if the person is known in Slack by now; else None."""
        to = await self.core.run_in_background(self._resolved, mail.person)
        if not is_slack_id(to) or mail.instead:
            return None
        effect = NewEffect(EffectKind(mail.kind), {**mail.payload, "to": to})
        number = job.facts.number if job.facts is not None else None

        def send(tx: Transaction) -> None:
            if number is None:
                outbox.put_all(tx, None, effect)
            else:
                self.services.records.within(tx, number).do(effect)

        return send

    async def draw(
        self, job: Job, mail: DirectMail, envelope: Envelope, url: str | None
    ) -> tuple[Letter, MailContents]:
        """Draw one. Raises Dropped if it says nothing true any more, or its reader may not know of the escalation."""
        run, facts = self.core.run_in_background, job.escalation
        if facts.is_private and not await run(self.services.external_messages.may_see, facts.number, mail.person):
            raise Dropped
        message = await self._message(job, mail)
        people = direct_mails.people_of(message)
        contents = await run(self.services.mail_contents.read, facts.key, envelope, people)
        is_answered = contents.answers_to is not None
        letter = direct_mails.draw(
            message,
            facts,
            names=contents.names,
            zone=contents.zone,
            is_answered=is_answered,
            hint=_hint(mail),
            channel_url=url,
        )
        return letter, contents

    async def draw_alone(self, job: Job, mail: DirectMail, envelope: Envelope) -> tuple[Letter, MailContents]:
        """Draw one that belongs to no escalation. Raises Dropped if it says nothing any more."""
        run, payload = self.core.run_in_background, mail.payload
        if mail.kind == EffectKind.DIGEST:
            found = await run(self.services.digests.compose, payload["to"])
            if found.on.isoformat() != payload["on"] or not found.is_wanted:
                raise Dropped
            message = digest.draw(found, self.workspace.url)
        elif mail.kind == EffectKind.SPONSOR_DIGEST:
            weekly = await run(self.services.sponsor_digests.compose, payload["to"])
            if not weekly.is_wanted:
                raise Dropped
            message = sponsor_digest.draw(weekly)
        elif mail.kind == EffectKind.SUCCESS_PACK:
            on = date.fromisoformat(payload["on"])
            pack = await run(self.services.success_packs.compose, payload["to"], on)
            if pack is None or not pack.is_wanted:
                raise Dropped
            message = success_pack.draw(pack)
        else:
            command = self.services.records.service_settings.command
            message = duty_messages.draw(duty_notice_of(payload), mail.person, job.now, command)
        contents = await run(self.services.mail_contents.read, "", envelope, direct_mails.people_of(message))
        return direct_mails.draw_alone(message, contents.names, contents.zone), contents

    async def _message(self, job: Job, mail: DirectMail) -> Message:
        facts, rules, payload = job.escalation, job.rules, mail.payload
        run = self.core.run_in_background
        match EffectKind(mail.kind):
            case EffectKind.LEVEL_REQUEST:
                request = await run(self.services.level_requests.one, payload["request"])
                if request is None or not request.is_pending:
                    raise Dropped
                return level_request_messages.draw(request, facts, rules, again=payload["again"])
            case EffectKind.PROPOSAL:
                programme = await run(self.services.programmes.around, facts)
                if not facts.is_proposed or not isinstance(programme, Programme):
                    raise Dropped
                return programme_messages.proposal(programme, facts, rules)
            case EffectKind.WATCH:
                watched = await run(self.services.watches.one, payload["question"])
                if watched is None or not is_asked(watched.question, facts):
                    raise Dropped
                return watch_messages.draw(watched.question, facts, rules)
            case _:
                return await self._notice(job, mail)

    async def _notice(self, job: Job, mail: DirectMail) -> Message:
        facts, rules, payload = job.escalation, job.rules, mail.payload
        notice = notice_of(payload)
        if isinstance(notice, WarningNotice):
            clock, percent, due_at = notice.clock, notice.percent, notice.due
            if is_superseded(facts, rules, clock=clock, percent=percent, due_at=due_at, now=job.now):
                raise Dropped
        if "names" in payload or "incident" in payload:
            payload = await self.core.run_in_background(self.services.external_messages.present, payload)
        return notices.draw(payload, facts, rules, direct_to=mail.person)

    def _resolved(self, person: str) -> str:
        with self.core.database.transaction() as tx:
            return self.services.people.resolved(tx, person)


def _hint(mail: DirectMail) -> str | None:
    """Return how an answer does what the buttons of the message do, if it can."""
    if mail.kind == EffectKind.WATCH:
        return watch_messages.BY_MAIL
    is_approval = mail.kind == EffectKind.DIRECT and isinstance(notice_of(mail.payload), ApprovalWantedNotice)
    return APPROVE_BY_MAIL if is_approval else None
