"""PagerDuty's schedules: who is on call, over pages of answers, and what goes wrong."""

from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import OutsideError, Permanent, Temporary
from bot.integrations.pagerduty.schedules import PagerDutySchedules
from bot.ports.on_call import OutsideShift

SINCE, UNTIL = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)


def entry(email: str, start: str | None, end: str | None) -> dict[str, Any]:
    return {"user": {"summary": "Dana Fox", "email": email}, "start": start, "end": end}


async def asked(*answers: Any, status: int = 200) -> tuple[list[OutsideShift], list[web.Request]]:
    """Ask a stand-in for PagerDuty that answers with these, one after the other."""
    seen: list[web.Request] = []

    async def oncalls(request: web.Request) -> web.Response:
        seen.append(request)
        return web.json_response(answers[min(len(seen), len(answers)) - 1], status=status)

    app = web.Application()
    app.router.add_get("/oncalls", oncalls)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        source = PagerDutySchedules(session, str(server.make_url("")).rstrip("/"), "secret")
        return list(await source.shifts("P1", SINCE, UNTIL)), seen


async def test_shifts_are_read_from_every_page_once() -> None:
    first = entry("Dana@example.com", "2026-03-02T09:00:00Z", "2026-03-09T09:00:00Z")
    second = entry("eli@example.com", "2026-03-09T09:00:00Z", None)
    found, seen = await asked({"oncalls": [first, first], "more": True}, {"oncalls": [second], "more": False})
    assert found == [
        OutsideShift("dana@example.com", datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC)),
        OutsideShift("eli@example.com", datetime(2026, 3, 9, 9, tzinfo=UTC), None),
    ]
    assert [request.query["offset"] for request in seen] == ["0", "100"]
    assert seen[0].query["schedule_ids[]"] == "P1"
    assert seen[0].headers["Authorization"] == "Token token=secret"


@pytest.mark.parametrize(("status", "kind"), [(429, Temporary), (500, Temporary), (401, Permanent), (404, Permanent)])
async def test_a_refusal_says_its_status(status: int, kind: type[OutsideError]) -> None:
    with pytest.raises(kind, match=str(status)):
        await asked({}, status=status)


@pytest.mark.parametrize("answer", [{}, {"oncalls": [{"user": None}]}, {"oncalls": [{"user": {}, "start": "x"}]}])
async def test_an_answer_of_another_shape_is_refused(answer: Any) -> None:
    with pytest.raises(Permanent, match="something else"):
        await asked(answer)
