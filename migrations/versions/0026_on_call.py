"""Keep who is on call and who is away, what admins add to the directory, and roles offered to somebody.

Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_UNENDED = sa.text("ends_at IS NULL")


def _at(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False, key: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length), nullable=nullable, primary_key=key)


def _id(table: str) -> tuple[sa.Column[object], sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.Integer(), nullable=False), sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))


def upgrade() -> None:
    """Add the tables and columns."""
    number, key = _id("shift_taken")
    op.create_table(
        "shift_taken",
        number,
        _text("area", 80),
        _text("person", 320),
        _text("instead_of", 320, nullable=True),
        _at("starts_at"),
        _at("ends_at"),
        _text("by", 40),
        _at("made_at"),
        key,
    )
    op.create_index("ix_shift_taken_ends_at", "shift_taken", ["ends_at"])
    number, key = _id("away")
    op.create_table(
        "away",
        number,
        _text("person", 40),
        _text("stand_in", 320, nullable=True),
        _text("source", 20),
        _at("starts_at"),
        _at("ends_at", nullable=True),
        _text("by", 40),
        _at("made_at"),
        _at("back_told_at", nullable=True),
        key,
    )
    op.create_index("ix_away_ends_at", "away", ["ends_at"])
    op.create_index("ix_away_person", "away", ["person"])
    op.create_index("ix_away_unended", "away", ["id"], postgresql_where=_UNENDED, sqlite_where=_UNENDED)
    number, key = _id("fed_shift")
    op.create_table(
        "fed_shift",
        number,
        _text("area", 80),
        _text("source", 20),
        _text("person", 320),
        _at("starts_at"),
        _at("ends_at", nullable=True),
        key,
    )
    op.create_index("ix_fed_shift_area", "fed_shift", ["area", "source"])
    op.create_index("ix_fed_shift_ends_at", "fed_shift", ["ends_at"])
    op.create_index("ix_fed_shift_unended", "fed_shift", ["id"], postgresql_where=_UNENDED, sqlite_where=_UNENDED)
    op.create_table(
        "on_call_feed",
        _text("area", 80),
        _text("source", 20),
        _text("told"),
        _at("asked_at"),
        _at("succeeded_at", nullable=True),
        _at("failing_since", nullable=True),
        _text("error", nullable=True),
        sa.PrimaryKeyConstraint("area", "source", name=op.f("pk_on_call_feed")),
    )
    op.create_table(
        "on_call_now",
        _text("area", 80),
        _text("person", 320, nullable=True),
        _at("since"),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_on_call_now")),
    )
    op.create_table(
        "directory_entry",
        _text("kind", 20),
        _text("key", 320),
        sa.Column("data", _JSON, nullable=False),
        _text("by", 40),
        _at("at"),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_directory_entry")),
    )
    number, key = _id("directory_change")
    op.create_table(
        "directory_change",
        number,
        _text("kind", 20),
        _text("key", 320),
        sa.Column("before", _JSON, nullable=True),
        sa.Column("after", _JSON, nullable=True),
        _text("by", 40),
        _at("at"),
        key,
    )
    op.create_table(
        "role_card_shown",
        _text("person", 40),
        _text("role", 40),
        _at("at"),
        sa.PrimaryKeyConstraint("person", "role", name=op.f("pk_role_card_shown")),
    )
    op.add_column("escalation", sa.Column("handovers", _JSON, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("escalation", sa.Column("region", sa.String(80), nullable=True))


def downgrade() -> None:
    """Take them away."""
    op.drop_column("escalation", "region")
    op.drop_column("escalation", "handovers")
    for name in (
        "role_card_shown",
        "directory_change",
        "directory_entry",
        "on_call_now",
        "on_call_feed",
        "fed_shift",
        "away",
        "shift_taken",
    ):
        op.drop_table(name)
