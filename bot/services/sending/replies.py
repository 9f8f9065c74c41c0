"""The customer's answers to our mails: posted in the channel, and never taken for a team's answer."""

from typing import Final

from sqlalchemy import select

from bot.database.change import Change
from bot.models.customer_text import CustomerText
from bot.policy.record.announcements.sending import CameBack, CustomerWrote
from bot.policy.record.customer_texts import Arrival, TextRoute, TextState
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.record.notices.sending import CustomerWroteNotice
from bot.ports.inbox import IncomingMail
from bot.services.sending import dispatch
from bot.services.waiting import waits

_LONGEST: Final = 2500
_LONGEST_NAME: Final = 80
_MOST_NAMES: Final = 10
_CAME_BACK: Final = "their mail server sent it back"


class CustomerReplies:
    """Takes the customer's mails, within a change of the escalation that they are about."""

    def wrote(self, change: Change, mail: IncomingMail, words: str) -> None:
        """Post what the customer wrote."""
        _wrote(change, mail, words)

    def came_back(self, change: Change, mail: IncomingMail) -> None:
        """Record that the last mail to the customer came back."""
        _came_back(change, mail)


def _wrote(change: Change, mail: IncomingMail, words: str) -> None:
    """Post what the customer wrote; of something closed, tell the customer owner directly."""
    known = {contact.strip().casefold() for contact in change.row.account.contacts}
    change.record("customer wrote", after={"from": mail.sender})
    sender, name = mail.sender[:_LONGEST_NAME], mail.sender_name[:_LONGEST_NAME]
    if not change.facts.is_live:
        owner = change.facts.holder(RELATIONSHIP_OWNER) or change.row.declared_by
        change.notify(CustomerWroteNotice(sender=sender, name=name, words=words[:_LONGEST]), change.present(owner))
        return
    due_at = waits.heard_from(change, words[:_LONGEST])
    change.announce(
        CustomerWrote(
            sender=sender,
            name=name,
            text=words[:_LONGEST],
            due=due_at,
            is_known=mail.sender.strip().casefold() in known,
            attachments=tuple(one[:_LONGEST_NAME] for one in mail.attachments[:_MOST_NAMES]),
        )
    )
    change.finish()


def _came_back(change: Change, mail: IncomingMail) -> None:
    """Record that the last mail to the customer came back: who didn't get it wasn't told."""
    mine = (
        CustomerText.escalation_id == change.row.id,
        CustomerText.route == TextRoute.MAIL,
        CustomerText.state == TextState.SENT,
    )
    text = change.tx.session.scalars(select(CustomerText).where(*mine).order_by(CustomerText.id.desc())).first()
    if text is None:
        return
    arrived = [one.to for one in text.facts("").recipients if one.state is Arrival.ARRIVED]
    named = [to for to in arrived if to.casefold() in mail.text.casefold()]
    failed = named or (arrived if len(arrived) == 1 else [])
    for to in failed:
        dispatch.refused(change, text.id, to, _CAME_BACK)
    if not failed:
        change.record("customer mail came back", after={"text": text.id})
        change.announce(CameBack(to=tuple(arrived)))
        change.finish()
