"""Calls that are held elsewhere, as an app tells Slack of them."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.world import Refused

ANA = {"slack_id": "U01ANA"}
GUEST = {"external_id": "7", "display_name": "Gus"}


async def test_a_call_is_added_joined_left_and_ended(client: AsyncWebClient, refused: Refused) -> None:
    made = await client.calls_add(
        external_unique_id="x1", join_url="https://call.example/1", created_by="U01ANA", title="War room", users=[ANA]
    )
    call = made["call"]["id"]
    assert (call[:1], made["call"]["title"], made["call"]["users"]) == ("R", "War room", [ANA])
    await client.calls_participants_add(id=call, users=[GUEST])
    again = await refused(client.calls_participants_add(id=call, users=[GUEST]))
    assert again["error"] == "bad_users"
    await client.calls_participants_remove(id=call, users=[ANA])
    await client.calls_update(id=call, title="Peace room")
    told = (await client.calls_info(id=call))["call"]
    assert (told["title"], told["users"]) == ("Peace room", [GUEST])
    await client.calls_end(id=call, duration=60)
    assert (await client.calls_info(id=call))["call"]["date_end"] == told["date_start"] + 60
    assert (await refused(client.calls_end(id=call)))["error"] == "inactive_call"


async def test_a_call_that_makes_no_sense_is_refused(client: AsyncWebClient, refused: Refused) -> None:
    async def error(**given: Any) -> str:
        known = {"external_unique_id": "x1", "join_url": "https://call.example/1", "created_by": "U01ANA"}
        return str((await refused(client.api_call("calls.add", json=known | given)))["error"])

    assert await error(created_by=None) == "invalid_created_by"
    assert await error(date_start=-1) == "invalid_start_time"
    assert await error(users=[{"slack_id": "U0NOPE"}]) == "user_not_found"
    assert await error(users=["U01ANA"]) == "invalid_arguments"
    assert (await refused(client.calls_end(id="R0NOPE")))["error"] == "invalid_call_id"


async def test_do_not_disturb_can_be_asked_of_several_people(client: AsyncWebClient, refused: Refused) -> None:
    told = await client.dnd_teamInfo(users=["U01ANA", "U01BEN"])
    assert told["users"].keys() == {"U01ANA", "U01BEN"}
    assert (await refused(client.dnd_teamInfo(users=["U0NOPE"])))["error"] == "user_not_visible"
