"""Mails issue summaries to stakeholders, one mail to each address."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.ports.mailer import Mail, Mailer
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.jobs import Job, Settle
from bot.services.outcomes.outcomes import Outcomes
from bot.views.outcomes import summary_mail


@dataclass(frozen=True)
class OutcomeEffects:
    """Performs mails of issue summaries."""

    core: Core
    mailer: Mailer | None
    outcomes: Outcomes

    async def send(self, job: Job) -> Settle | None:
        """Send one mail. What the server refuses for good is told to who sent the summary."""
        facts, address = job.escalation, job.effect.payload["to"]
        if self.mailer is None:
            return lambda tx: self.outcomes.not_mailed(tx, facts.number, address, "no mail server is set")
        message_id = f"esc-{facts.number}.s{job.effect.id}"
        found = await self.core.run_in_background(self.outcomes.to_mail, facts.number, address, message_id)
        letter = summary_mail.draw(facts, job.effect.payload["text"])
        mail = Mail(
            recipient=address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=message_id,
            reply_to=found.reply_to,
            sender_name=found.sender or None,
        )
        try:
            await self.mailer.send(mail)
        except Permanent as error:
            refused = str(error)
            return lambda tx: self.outcomes.not_mailed(tx, facts.number, address, refused)
        return None


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = OutcomeEffects(kit.core, kit.mailer, kit.services.outcomes)
    return {EffectKind.SUMMARY: effects.send}
