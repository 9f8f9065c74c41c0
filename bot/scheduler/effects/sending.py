"""Sends texts to the customer, and records what became of them."""

from dataclasses import dataclass
from typing import Final

from bot.database.transaction import Core
from bot.errors import Permanent
from bot.models.work import EffectKind
from bot.policy.names import is_channel_id
from bot.policy.record.mails import Envelope, envelope_of
from bot.ports.mailer import Mailer
from bot.ports.workspace import Workspace
from bot.scheduler.effects.kit import EffectKit, Performers, addressed
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Dropped, Job, Settle
from bot.services.sending.sending import OutgoingText, TextSender
from bot.views.kit.parts import text_message
from bot.views.kit.text import escape
from bot.views.mail import customer_letter
from bot.views.mail.customer_letter import Signature

_POST: Final = "chat.postMessage"


@dataclass(frozen=True)
class SendingEffects:
    """Performs what goes to the customer."""

    core: Core
    mailer: Mailer | None
    workspace: Workspace
    sending: TextSender

    async def mail(self, job: Job) -> Settle | None:
        """Mail a text to one of the customer's addresses. The same Message-ID marks a second attempt."""
        envelope = envelope_of(job.effect.payload)
        if self.mailer is None:
            raise Permanent("smtp", "no mail server is set")
        found = await self._outgoing(job, envelope.recipient, envelope)
        letter = customer_letter.draw(
            found.text.words,
            found.text.next_at,
            found.facts,
            found.policy,
            Signature(name=found.signer, company=found.company, is_answered=found.answers_to is not None),
        )
        await self.mailer.send(
            addressed(envelope, letter, reply_to=found.answers_to, sender_name=letter.sender or None)
        )
        number, text = found.facts.number, found.text.id
        return lambda tx: self.sending.arrived(tx, number, text, envelope.recipient)

    async def _outgoing(self, job: Job, to: str, envelope: Envelope | None = None) -> OutgoingText:
        number, text = job.escalation.number, job.effect.payload["text"]
        found = await self.core.run_in_background(self.sending.outgoing, number, text, to, envelope)
        if found is None:
            raise Dropped
        return found

    async def post(self, job: Job) -> Settle | None:
        """Post a text in the channel that is shared with the customer, with the time of the next update."""
        channel = job.effect.payload["channel"]
        found = await self._outgoing(job, channel)
        await verify_shared(self.core, self.workspace, self.sending, found.facts.number, channel)
        words = found.text.words
        promised = customer_letter.promise(words, found.text.next_at, found.facts, found.policy)
        message = text_message(escape("\n\n".join((words, *promised))))
        await post_once(self.workspace, job, channel, message, for_customer=True)
        job.said.clear()  # it is the customer's: nothing in it has to be taken back from them
        number, text = found.facts.number, found.text.id
        return lambda tx: self.sending.arrived(tx, number, text, channel)


async def verify_shared(core: Core, workspace: Workspace, sending: TextSender, number: int, channel: str) -> None:
    """Raise Permanent unless a channel is this customer's: nobody else may read what they are told."""
    if not is_channel_id(channel):
        raise Permanent(_POST, "the account names a channel without its id (C…)")
    state = await workspace.channel_state(channel)
    if state is None:
        raise Permanent(_POST, "channel_not_found")
    if state.is_archived:
        raise Permanent(_POST, "is_archived")
    if not state.is_shared:
        raise Permanent(_POST, "the channel isn't shared with the customer")
    if await core.run_in_background(sending.is_for_others, number, channel):
        raise Permanent(_POST, "the channel isn't this customer's alone")


def performers(kit: EffectKit) -> Performers:
    """Return the performers by kind."""
    effects = SendingEffects(kit.core, kit.mailer, kit.workspace, kit.services.sending)
    return {EffectKind.CUSTOMER_MAIL: effects.mail, EffectKind.CUSTOMER_POST: effects.post}
