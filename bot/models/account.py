"""The account directory: customers, and the people whose Slack identity has been looked up."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, LenientNumeric, words
from bot.policy.account_names import KEY_LIMIT
from bot.policy.members import MemberType
from bot.policy.model import facts


class NamedBy(StrEnum):
    """What has named an account: the directory, somebody who declared, or only somebody who declared in confidence."""

    DIRECTORY = "directory"
    DECLARATION = "declaration"
    CONFIDENCE = "confidence"


class Account(Base):
    """A customer. Facts that the import does not know by name are kept in `extra`."""

    __tablename__ = "account"
    __table_args__ = (
        Index(
            "ix_account_unweighed",
            "unweighed_since",
            "id",
            postgresql_where=text("unweighed_since IS NOT NULL"),
            sqlite_where=text("unweighed_since IS NOT NULL"),
        ),
        Index(
            "ix_account_in_confidence",
            "id",
            postgresql_where=text("named_by = 'confidence'"),
            sqlite_where=text("named_by = 'confidence'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(KEY_LIMIT), unique=True)
    domain: Mapped[str | None]
    tier: Mapped[str | None]
    plan: Mapped[str | None]
    health: Mapped[int | None]
    renewal_on: Mapped[date | None]
    arr: Mapped[Decimal | None] = mapped_column(LenientNumeric(16, 2))
    csm: Mapped[str | None]
    manager: Mapped[str | None]
    region: Mapped[str | None]
    vip: Mapped[bool] = mapped_column(default=False)
    dedicated_csm: Mapped[bool] = mapped_column(default=False)
    area: Mapped[str | None]
    slack_channel: Mapped[str | None]
    contacts: Mapped[list[str]] = mapped_column(Json, default=list)
    crm_url: Mapped[str | None]
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    # Since when its data are others than those its open escalations were weighed by; None where there are no such.
    unweighed_since: Mapped[datetime | None]
    # One that is named in confidence is offered and found only by those who may see what it was named for.
    named_by: Mapped[NamedBy] = mapped_column(words(NamedBy), default=NamedBy.DIRECTORY, server_default="directory")

    def facts(self) -> facts.Account:
        """Return what policy may know of the customer."""
        return facts.Account(
            name=self.name,
            tier=self.tier,
            plan=self.plan,
            health=self.health,
            renewal_on=self.renewal_on,
            vip=self.vip,
            dedicated_csm=self.dedicated_csm,
            region=self.region,
            arr=self.arr,
            csm=self.csm,
            manager=self.manager,
            area=self.area,
            extra=dict(self.extra),
        )


class PersonState(StrEnum):
    """What Slack said when it was last asked about a person."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    UNKNOWN_TO_SLACK = "unknown to Slack"


class Person(Base):
    """What Slack knows of a person we deal with: a cache, asked again daily. One row per Slack id or lost e-mail.

    Only accounts of our own workspace have an `email` here.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    slack_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    name: Mapped[str | None]
    zone: Mapped[str | None]
    state: Mapped[PersonState] = mapped_column(words(PersonState))
    # None where Slack was last asked before this was kept, or knows nobody.
    member_type: Mapped[MemberType | None] = mapped_column(words(MemberType))
    checked_at: Mapped[datetime]
