"""The post-incident review that is written here: what people wrote, and where it is published."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, words
from bot.policy.record.reviews import Debrief, ReviewRoute, ReviewWords


class ReviewDocument(Base):
    """The review of an escalation. `story` is None while it is as drafted from the record.

    Where it stands (drafted, written, signed off) is in the escalation's own row.
    """

    __tablename__ = "review"

    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalation.id"), primary_key=True)
    drafted_at: Mapped[datetime]
    written_by: Mapped[str | None] = mapped_column(String(40))
    written_at: Mapped[datetime | None]
    story: Mapped[str | None] = mapped_column(Text)
    whys: Mapped[str] = mapped_column(Text, default="")
    contributing: Mapped[str | None] = mapped_column(String(60))
    went_well: Mapped[str] = mapped_column(Text, default="")
    went_wrong: Mapped[str] = mapped_column(Text, default="")
    lucky: Mapped[str] = mapped_column(Text, default="")
    customer_debrief_on: Mapped[date | None]
    customer_debrief_who: Mapped[str | None] = mapped_column(String(300))
    team_debrief_on: Mapped[date | None]
    team_debrief_who: Mapped[str | None] = mapped_column(String(300))
    # Why it was returned last.
    comment: Mapped[str | None] = mapped_column(Text)
    # Where it is published: the canvas, or the file that replaces one, and the message that tells of it.
    route: Mapped[ReviewRoute | None] = mapped_column(words(ReviewRoute, 20))
    canvas: Mapped[str | None] = mapped_column(String(40))
    file: Mapped[str | None] = mapped_column(String(40))
    published_at: Mapped[datetime | None]
    channel: Mapped[str | None] = mapped_column(String(40))
    message_ts: Mapped[str | None] = mapped_column(String(40))

    def written(self) -> ReviewWords:
        """Return what people wrote."""
        return ReviewWords(
            story=self.story,
            whys=self.whys,
            contributing=self.contributing,
            went_well=self.went_well,
            went_wrong=self.went_wrong,
            lucky=self.lucky,
            customer_debrief=_debrief(self.customer_debrief_on, self.customer_debrief_who),
            team_debrief=_debrief(self.team_debrief_on, self.team_debrief_who),
        )


def _debrief(on: date | None, who: str | None) -> Debrief | None:
    return Debrief(on, who or "") if on is not None else None
