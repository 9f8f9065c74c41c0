"""Compare account names whatever bytes they are written in

Revision ID: 0006
Revises: 0005
"""

import hashlib
import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_LIMIT = 400
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def _same_key(name: str) -> str:
    """As the program computed it when this revision was written."""
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", name))
    key = unicodedata.normalize("NFKC", " ".join(visible.split()).casefold())
    return key if len(key) <= _LIMIT else f"{key[: _LIMIT - 41]}#{hashlib.sha256(key.encode()).hexdigest()[:40]}"


def upgrade() -> None:
    """Write the keys anew. Of two accounts that have become one name the later keeps its old key: none is lost."""
    connection = op.get_bind()
    account = sa.table("account", sa.column("id"), sa.column("name"), sa.column("name_key"))
    rows = connection.execute(sa.select(account.c.id, account.c.name, account.c.name_key).order_by(account.c.id)).all()
    taken = {key for _, _, key in rows}
    for number, name, key in rows:
        wanted = _same_key(name)
        if wanted != key and wanted not in taken:
            taken.add(wanted)
            connection.execute(sa.update(account).where(account.c.id == number).values(name_key=wanted))


def downgrade() -> None:
    """Keys of either kind are good enough for the older program."""
