"""The quarterly refresher on the procedure (S3): what changed in the policy, what others learned, what to practise."""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.case_studies import CaseStudy


@dataclass(frozen=True, slots=True)
class RefresherPage:
    """A refresher as of `at`. `before` was in force at `since`; None if nothing changed, or it isn't known.

    `since` is when the refresher before was posted, or later, from when on the policy is known.
    """

    at: datetime
    since: datetime
    policy: Policy
    owner: str
    before: Policy | None = None
    studies: tuple[CaseStudy, ...] = ()
