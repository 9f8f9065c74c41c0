"""The state of a person's Slack account, as last heard from Slack. It decides whether they may use Escalate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam

from bot.database.instances import table_of
from bot.models.account import Person, PersonState
from bot.models.base import Unreadable
from bot.policy.members import MemberType

_PERSON: Final = table_of(Person).c
COLUMNS: Final = (_PERSON.state, _PERSON.member_type, _PERSON.checked_at)
# The condition for the row of the person `who`, by Slack id.
IS_THEIRS: Final = _PERSON.slack_id == bindparam("who")


@dataclass(frozen=True, slots=True)
class Standing:
    """The columns of a person's row; all are None if there is no row."""

    state: PersonState | None
    member_type: MemberType | None
    checked_at: datetime | Unreadable | None
