"""When an executive sponsor wants their digest."""

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import HOLDS, Base, Json
from bot.policy.plan.digest import DigestHours


class SponsorChoice(Base):
    """The hour and the days a sponsor has chosen, by Slack id. Monday is 0; no days means never."""

    __tablename__ = "sponsor_choice"

    person: Mapped[str] = mapped_column(String(320), primary_key=True)
    hour: Mapped[int] = mapped_column(SmallInteger)
    days: Mapped[list[int]] = mapped_column(Json, info={HOLDS: list})

    def facts(self) -> DigestHours:
        """Return the choice as facts."""
        return DigestHours(self.hour, tuple(self.days))
