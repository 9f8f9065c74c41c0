"""Offers of roles: the holder keeps a role until the person it is offered to accepts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HandoverFacts:
    """A role that `by` offered to `person`; without an answer the offer ends at `expires_at`."""

    role: str
    person: str
    by: str
    asked_at: datetime
    expires_at: datetime
