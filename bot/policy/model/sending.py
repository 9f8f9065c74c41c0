"""Sending: by which routes texts go to the customer, and who may send them (docs/sending.md)."""

from enum import StrEnum
from typing import Final

from pydantic import Field

from bot.policy.model.guards import Guard
from bot.policy.schema import Part, Text
from bot.policy.time.durations import Duration

# In our words; a customer who reads German gets it in German.
SUBJECT: Final = "Your ticket {case}"


class SendingRoute(StrEnum):
    """A route by which Escalate itself reaches the customer."""

    MAIL = "mail"
    SLACK = "slack"


def _customers_side() -> Guard:
    return Guard(slots=("relationship_owner", "manager"))


class Sending(Part):
    """How the customer is told. Without `routes` people tell them themselves, and record that they did.

    The first route of `routes` that an account has is offered first. Whom `by` admits sends; everybody else
    asks, and the answer must come within `approve_within`. `subject` is the
    subject of all mails about one escalation; `{case}` stands for the ticket's number, or the escalation's.
    """

    routes: tuple[SendingRoute, ...] = ()
    by: Guard = Field(default_factory=_customers_side)
    approve_within: Duration = Duration.parse("15m")
    subject: Text = SUBJECT
