"""Where a review is published in Slack."""

from dataclasses import dataclass

from bot.database import queries
from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotFound
from bot.models.review_document import ReviewDocument
from bot.ports.workspace import Posted
from bot.services.reviews import review_records
from bot.services.reviews.reviews import ReviewDraft, written_in


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """A review as it is to be published, and where its message is, once it is posted."""

    draft: ReviewDraft
    at: Posted | None


@dataclass(frozen=True)
class Publications:
    """Read what is to be published, and note where it is."""

    records: Records
    people: People

    def current(self, number: int) -> PublishedReview:
        """Return a review as it stands. Raises NotFound."""
        with self.records.database.transaction() as tx:
            row = queries.escalation(tx.session, number)
            document = tx.session.get(ReviewDocument, number)
            if row is None or document is None:
                raise NotFound(f"ESC-{number} has no review.")
            change = self.records.of(tx, row)
            facts = change.facts
            written = written_in(document)
            record = review_records.of(tx, facts, self.people, written.words)
            draft = ReviewDraft(facts, change.policy, written, record)
            at = Posted(document.channel, document.message_ts) if document.channel and document.message_ts else None
            return PublishedReview(draft, at)

    def posted(self, tx: Transaction, number: int, at: Posted) -> None:
        """Note where the message of a review is."""
        document = tx.session.get_one(ReviewDocument, number)
        document.channel, document.message_ts = at.channel, at.ts
