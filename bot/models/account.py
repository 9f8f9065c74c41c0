"""The account directory: customers, and a cache of people's Slack identities."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, Json, LenientNumeric, PartialIndex, words
from bot.policy.account_names import KEY_LIMIT
from bot.policy.members import MemberType
from bot.policy.model import facts


class NamedBy(StrEnum):
    """The source of an account: the directory, a declaration, or confidential declarations only."""

    DIRECTORY = "directory"
    DECLARATION = "declaration"
    CONFIDENCE = "confidence"


class Account(Base):
    """A customer. Columns that the import doesn't know by name are kept in `extra`."""

    __tablename__ = "account"
    __table_args__ = (
        PartialIndex(
            "ix_account_unweighed",
            "unweighed_since",
            "id",
            where=text("unweighed_since IS NOT NULL"),
        ),
        PartialIndex(
            "ix_account_in_confidence",
            "id",
            where=text("named_by = 'confidence'"),
        ),
        # PostgreSQL can't index an address of thousands of characters.
        PartialIndex(
            "ix_account_crm",
            "crm_url",
            where=text("length(crm_url) <= 500"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(KEY_LIMIT), unique=True)
    domain: Mapped[str | None]
    # Other names, with ; between them.
    aliases: Mapped[str | None]
    tier: Mapped[str | None]
    plan: Mapped[str | None]
    health: Mapped[int | None]
    renewal_on: Mapped[date | None]
    # When the customer left.
    churned_on: Mapped[date | None] = mapped_column(index=True)
    arr: Mapped[Decimal | None] = mapped_column(LenientNumeric(16, 2))
    csm: Mapped[str | None]
    manager: Mapped[str | None]
    # Who stands behind the customer among executives; by default the holder of the role of that name.
    executive_sponsor: Mapped[str | None] = mapped_column(String(320), index=True)
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
    # When its data last changed without its open escalations having been re-evaluated; None if all are up to date.
    unweighed_since: Mapped[datetime | None]
    # An account known only from confidential escalations is offered to, and found by, only those who may see these.
    named_by: Mapped[NamedBy] = mapped_column(words(NamedBy), default=NamedBy.DIRECTORY, server_default="directory")

    def facts(self) -> facts.AccountFacts:
        """Return the facts of the customer for policy."""
        return facts.AccountFacts(
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
            executive_sponsor=self.executive_sponsor,
            area=self.area,
            extra=dict(self.extra),
        )


class PersonState(StrEnum):
    """Slack's last answer about a person."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"
    UNKNOWN_TO_SLACK = "unknown to Slack"


_OPENED = text("home_opened_at IS NOT NULL")


class Person(Base):
    """A cached Slack profile, refreshed daily. One row per Slack id or unmatched e-mail address.

    Only accounts of our own workspace have an `email` here.
    """

    __tablename__ = "person"
    __table_args__ = (PartialIndex("ix_person_home", "home_opened_at", where=_OPENED),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slack_id: Mapped[str | None] = mapped_column(String(40), unique=True)
    email: Mapped[str | None] = mapped_column(String(320), unique=True)
    name: Mapped[str | None]
    zone: Mapped[str | None]
    state: Mapped[PersonState] = mapped_column(words(PersonState))
    # None if Slack was last asked before this column existed, or doesn't know the person.
    member_type: Mapped[MemberType | None] = mapped_column(words(MemberType))
    checked_at: Mapped[datetime]
    # Whether they administer the Slack workspace.
    is_admin: Mapped[bool] = mapped_column(default=False, server_default=false())
    # When they last opened the Home tab (on the real clock), and the offset at which what they look at begins.
    home_opened_at: Mapped[datetime | None]
    home_first: Mapped[int | None]
    # The newest entry of the timeline when their tab was last drawn, or was about to be.
    home_seen: Mapped[int | None]
