"""PagerDuty's schedules as a source of who is on call, by its REST API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import aiohttp

from bot.errors import Permanent, Temporary
from bot.policy.characters import readable
from bot.ports.on_call import OutsideShift

_CALL: Final = "PagerDuty schedule"
_SECONDS: Final = 15
_LIMIT: Final = 100
_MOST: Final = 20
_OK: Final = 200
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


@dataclass(frozen=True)
class PagerDutySchedules:
    """Reads who is on call on a schedule. `token` is one of the REST API, which needs to read only."""

    session: aiohttp.ClientSession
    api: str
    token: str

    async def shifts(self, told: str, since: datetime, until: datetime) -> Sequence[OutsideShift]:
        """Return the shifts of a schedule between two times. Raises OutsideError."""
        found: dict[tuple[str, datetime], OutsideShift] = {}
        for number in range(_MOST):
            answer = await self._listed(told, since, until, offset=number * _LIMIT)
            try:
                for entry in answer["oncalls"]:
                    shift = _shift(entry, since)
                    # One schedule may be in several escalation policies, each of which lists it.
                    found[shift.person, shift.starts_at] = shift
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise Permanent(_CALL, "it answers with something else than who is on call") from error
            if not answer.get("more"):
                break
        return sorted(found.values(), key=lambda shift: (shift.starts_at, shift.person))

    async def _listed(self, told: str, since: datetime, until: datetime, *, offset: int) -> Mapping[str, Any]:
        asked = {
            "schedule_ids[]": told,
            "include[]": "users",
            "since": since.isoformat(timespec="seconds"),
            "until": until.isoformat(timespec="seconds"),
            "limit": str(_LIMIT),
            "offset": str(offset),
        }
        headers = {"Authorization": f"Token token={self.token}", "Accept": "application/vnd.pagerduty+json;version=2"}
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        try:
            async with self.session.get(
                f"{self.api}/oncalls", params=asked, headers=headers, timeout=timeout
            ) as response:
                if response.status != _OK:
                    may_pass = response.status == _TOO_MANY or response.status >= _SERVER_ERROR
                    raise (Temporary if may_pass else Permanent)(_CALL, f"it answers {response.status}")
                answer: Mapping[str, Any] = readable(await response.json())
                return answer
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Temporary(_CALL, f"it can't be reached ({type(error).__name__})") from None


def _shift(entry: Mapping[str, Any], since: datetime) -> OutsideShift:
    """Return an entry as a shift; one without times is always on call."""
    user, start, end = entry["user"], entry.get("start"), entry.get("end")
    person = str(user.get("email") or user.get("summary") or user["name"])
    starts_at = datetime.fromisoformat(start) if start else since
    ends_at = datetime.fromisoformat(end) if end else None
    return OutsideShift(person.lower() if "@" in person else person, starts_at, ends_at)
