"""The parts of a review that other forms ask for, too: a link to it, follow-ups, the day it was finished."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.database.change import Change
from bot.errors import FormError
from bot.policy.addresses import is_web_address
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, require, sign_off_is_needed, whom_to_ask
from bot.policy.record.ending import CorrectiveActionFacts
from bot.services.follow_ups import tracking

# Longer than any real address; cards and forms show it whole.
_LONGEST_URL = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPart:
    """A link, more follow-ups, the date it was finished. Nothing is removed."""

    url: str | None = None
    actions: Sequence[CorrectiveActionFacts] = ()
    finished_on: date | None = None

    @property
    def is_empty(self) -> bool:
        """Return True if nothing is given."""
        return not (self.url or self.actions or self.finished_on)


def check(change: Change, part: ReviewPart, by: str) -> None:
    """Raise FormError for dates that are impossible in the submitter's zone, and for what is no usable address.

    Raises Refused for a day where somebody has to sign the review off instead.
    """
    zone = change.people.zone(change.tx, by) or change.policy.zone
    today, declared_on = change.tx.now.astimezone(zone).date(), change.row.declared_at.astimezone(zone).date()
    wrong: dict[str, str] = {}
    for action in part.actions:
        wrong |= tracking.check(change, action, by=by)
    if part.finished_on is not None and part.finished_on > today:
        wrong["finished_on"] = "That day hasn't come yet. Add it when the review is finished."
    if part.finished_on is not None and part.finished_on < declared_on:
        wrong["finished_on"] = "That's before this was declared."
    if part.url is not None and not is_web_address(part.url):
        wrong["review_url"] = "Enter a web link, such as https://wiki.example/review."
    if part.url is not None and len(part.url) > _LONGEST_URL:
        wrong["review_url"] = f"Use a link of at most {_LONGEST_URL} characters."
    if wrong:
        raise FormError.of(wrong)
    facts = change.facts
    if part.finished_on is not None and sign_off_is_needed(facts, change.policy):
        signers = whom_to_ask(facts, change.policy.guards.sign_off)
        require([Refusal(Obstacle.NOT_SIGNED_OFF, Move.REVIEW, facts.status, people=signers)])


def add(change: Change, part: ReviewPart, by: str) -> None:
    """Store a part."""
    row = change.row
    row.review_url = part.url or row.review_url
    row.review_finished_on = part.finished_on or row.review_finished_on
    tracking.add(change, part.actions, by=by, aloud=False)
