"""Somebody who may get digests, and what comes to them."""

from dataclasses import dataclass

from bot.policy.plan.digest import Digest
from bot.policy.plan.sponsor_digest import SponsorDigest


@dataclass(frozen=True, slots=True)
class DigestReader:
    """The digests of somebody: one each day if they manage, one each week if they sponsor a customer.

    `is_refused` is true for guests, people of other companies, bots and people who have left. `is_reached` is false for
    somebody who isn't in Slack and gets no mail. `zone` is an IANA name.
    """

    person: str
    zone: str
    is_refused: bool = False
    is_reached: bool = True
    daily: Digest | None = None
    weekly: SponsorDigest | None = None
    # False if a sponsor has chosen no day.
    wants_weekly: bool = True
