"""Previews of links that somebody posts: the escalations that a link leads to."""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """Facts for the preview below a link, as of `at`: the escalation of a ticket, or what a customer has open."""

    url: str
    found: Excerpt[tuple[EscalationFacts, Policy]]
    at: datetime
    policy: Policy
