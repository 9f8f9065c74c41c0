"""A mail to the customer: their text, who signs it, when they hear from us next, and how to answer.

Nothing else goes in: no name of a channel, no summary, no words of ours.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.model.sending import SUBJECT
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.next_times import next_times
from bot.policy.wording.templates import GERMAN, customer_moment, language_of
from bot.views.kit.text import clean, one_line
from bot.views.mail.letter import CustomerLetter

_CASE: Final = "{case}"
_GERMAN_SUBJECT: Final = "Ihr Ticket {case}"
_TIME: Final = re.compile(r"\d{1,2}:\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The signature of a mail: the person's name, if known, and the company's. `is_answered` if replies are read."""

    name: str | None
    company: str
    is_answered: bool


def draw(
    words: str, next_at: datetime | None, facts: EscalationFacts, policy: Policy, signature: Signature
) -> CustomerLetter:
    """Draw the mail."""
    said, case = clean(words).strip(), case_of(facts)
    signed = [one_line(line) for line in (signature.name, signature.company) if line]
    small = [*promise(said, next_at, facts, policy), *_case(case, said, signature, facts)]
    return CustomerLetter(
        subject=subject(facts, policy),
        sender=", ".join(signed),
        words=said,
        signed=tuple(signed),
        small=tuple(small),
        language=GERMAN if _reads_german(facts) else "en",
    )


def subject(facts: EscalationFacts, policy: Policy) -> str:
    """Return the subject, the same for all mails of a thread. It says nothing of what the case is about.

    The policy's own is as it was written; ours is in the customer's language.
    """
    ours = policy.sending.subject == SUBJECT and _reads_german(facts)
    return one_line((_GERMAN_SUBJECT if ours else policy.sending.subject).replace(_CASE, case_of(facts)))


def case_of(facts: EscalationFacts) -> str:
    """Return the number the customer knows: the ticket's, else the escalation's."""
    return one_line(facts.ticket.number) if facts.ticket is not None and facts.ticket.number else facts.key


def promise(said: str, next_at: datetime | None, facts: EscalationFacts, policy: Policy) -> list[str]:
    """Return when the customer hears from us next, unless the text says so. No text gets a second time."""
    if next_at is None or next_times(said):
        return []
    shown = customer_moment(next_at, facts.account, policy)
    time = _TIME.search(shown)
    words = "Den nächsten Stand senden wir Ihnen bis" if _reads_german(facts) else "Next update by"
    has_time = time is not None and re.search(rf"(?<!\d){time.group()}(?!\d)", said) is not None
    return [] if has_time else [f"{words} {shown}."]


def _case(case: str, said: str, signature: Signature, facts: EscalationFacts) -> list[str]:
    """Return the case number, unless the text has it, and how to answer."""
    named, answer = "Your ticket number is", "Reply to this mail to reach us."
    if _reads_german(facts):
        named, answer = "Ihre Ticketnummer ist", "Antworten Sie auf diese Mail, um uns zu erreichen."
    found = ([] if case in said else [f"{named} {case}."]) + ([answer] if signature.is_answered else [])
    return [" ".join(found)] if found else []


def _reads_german(facts: EscalationFacts) -> bool:
    return language_of(facts.account) == GERMAN
