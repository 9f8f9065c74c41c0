"""The customer's answers to our mails: posted in the channel, and never taken for a team's answer."""

from typing import Final

from bot.database.change import Change
from bot.policy.decide.waiting import is_overdue
from bot.policy.record.announcements.sending import CustomerWrote
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.record.notices.sending import CustomerWroteNotice
from bot.ports.inbox import IncomingMail
from bot.services.waiting import waits

_LONGEST: Final = 2500
_LONGEST_NAME: Final = 80
_MOST_NAMES: Final = 10


def take(change: Change, mail: IncomingMail, words: str) -> None:
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
            is_overdue=is_overdue(due_at, change.tx.now) or None,
            is_known=mail.sender.strip().casefold() in known,
            attachments=tuple(one[:_LONGEST_NAME] for one in mail.attachments[:_MOST_NAMES]),
        )
    )
    change.finish()
