"""Where a review is published in Slack."""

from dataclasses import dataclass

from bot.database import queries
from bot.database.people import People
from bot.database.records import Records
from bot.errors import NotFound
from bot.models.review_document import ReviewDocument
from bot.policy.record.reviews import NOTHING_WRITTEN, ReviewRoute
from bot.ports.workspace import Posted
from bot.services.reviews import review_records
from bot.services.reviews.reviews import ReviewDraft, written_in


@dataclass(frozen=True, slots=True)
class PublishedReview:
    """A review as it is to be published, and where its message is, once it is posted."""

    draft: ReviewDraft
    at: Posted | None
    route: ReviewRoute | None = None
    canvas: str | None = None
    file: str | None = None

    @property
    def link(self) -> str | None:
        """Return where it can be read: its address in Slack, if Slack has said one, or where it is kept."""
        return self.draft.facts.review.address

    @property
    def is_elsewhere(self) -> bool:
        """Return True if it is kept elsewhere, and nobody has written anything here."""
        return self.draft.facts.review.url is not None and self.draft.written.words == NOTHING_WRITTEN


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
            return PublishedReview(draft, at, document.route, document.canvas, document.file)

    def posted(self, number: int, at: Posted) -> None:
        """Note where the message of a review is."""
        with self.records.database.transaction() as tx:
            document = tx.session.get_one(ReviewDocument, number)
            document.channel, document.message_ts = at.channel, at.ts

    def made(
        self,
        number: int,
        route: ReviewRoute,
        *,
        canvas: str | None = None,
        file: str | None = None,
        link: str | None = None,
    ) -> None:
        """Note by which route a review is published, and its canvas or file; the card then leads there."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            document = tx.session.get_one(ReviewDocument, number)
            is_first = document.published_at is None
            document.route, document.published_at = route, tx.now
            document.canvas, document.file = canvas or document.canvas, file or document.file
            if link != change.row.review_link and (canvas or file):
                change.row.review_link = link
                change.finish()
            if is_first and (canvas or file):
                change.record("review published", after={"route": route.value})

    def forget(self, number: int) -> None:
        """Forget a publication that was taken back: it is published anew."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            document = tx.session.get_one(ReviewDocument, number)
            document.route = document.canvas = document.file = document.channel = document.message_ts = None
            change.row.review_link = None
            change.finish()
