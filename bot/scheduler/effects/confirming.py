"""Mails questions to the customer, each with its signed link. Slack isn't needed for it."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.names import is_channel_id
from bot.ports.links import Links
from bot.ports.mailer import Mail, Mailer
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers
from bot.scheduler.effects.messages import post_once
from bot.scheduler.effects.sending import verify_shared
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.confirming.questions import CustomerQuestions, QuestionToSend, mail_id
from bot.services.sending.sending import TextSender
from bot.views.confirming import question_mail, question_post


@dataclass(frozen=True)
class ConfirmingEffects:
    """Performs mails to customers."""

    core: Core
    mailer: Mailer | None
    links: Links
    questions: CustomerQuestions
    workspace: Workspace
    sending: TextSender

    async def send(self, job: Job) -> Settle | None:
        """Send one question. What the server refuses for good is told to who asked."""
        number, question = job.escalation.number, job.effect.payload["question"]
        found = await self.core.run_in_background(self.questions.to_send, number, question)
        if found is None:
            raise Dropped
        url = self.links.url(found.link)
        if self.mailer is None or url is None:
            why = "no mail server is set" if self.mailer is None else "no public address is set"
            return lambda tx: self.questions.not_sent(tx, number, question, why)
        if is_channel_id(found.question.address):
            return await self._post(job, found, url)
        letter = question_mail.draw(
            found.question,
            job.escalation,
            job.rules,
            answer_url=url,
            sender=found.sender,
            is_replied_to=found.reply_to is not None,
            is_answered_in_channel=found.is_answered_in_channel,
            next_at=found.next_at,
        )
        mail = Mail(
            recipient=found.question.address,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            message_id=mail_id(number, question),
            thread=found.thread,
            reply_to=found.reply_to,
            sender_name=", ".join(name for name in (found.sender, found.company) if name),
        )
        try:
            await self.mailer.send(mail)
        except Permanent as error:
            refused = str(error)
            return lambda tx: self.questions.not_sent(tx, number, question, refused)
        return lambda tx: self.questions.sent(tx, number, question)

    async def _post(self, job: Job, found: QuestionToSend, url: str) -> Settle:
        """Post a question in the channel that is shared with the customer."""
        number, question = job.escalation.number, found.question
        channel = question.address
        try:
            await verify_shared(self.core, self.workspace, self.sending, number, channel)
            post = question_post.draw(question, job.escalation, job.rules, url, found.next_at)
            await post_once(self.workspace, job, channel, post, for_customer=True)
        except Permanent as error:
            refused = str(error)
            return lambda tx: self.questions.not_sent(tx, number, question.id, refused)
        job.said.clear()  # it is the customer's: nothing in it has to be taken back from them
        return lambda tx: self.questions.sent(tx, number, question.id)


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = ConfirmingEffects(
        kit.core, kit.mailer, kit.links, kit.services.customer_questions, kit.workspace, kit.services.sending
    )
    return {EffectKind.CUSTOMER_QUESTION: effects.send}
