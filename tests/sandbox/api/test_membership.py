"""Membership of channels: inviting, joining, leaving, removing."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.world import Person, Refused


async def test_people_are_invited_together(client: AsyncWebClient) -> None:
    await client.conversations_invite(channel="C01FEED", users=["U01BEN", "U01CY"])
    members = (await client.conversations_members(channel="C01FEED"))["members"]
    assert members == ["U01ANA", "U0SANDBOX1", "U01BEN", "U01CY"]
    newest = (await client.conversations_history(channel="C01FEED", limit=1))["messages"][0]
    assert (newest["subtype"], newest["user"], newest["inviter"]) == ("channel_join", "U01CY", "U0SANDBOX1")


@pytest.mark.parametrize(
    ("channel", "user", "error"),
    [
        ("C01FEED", "U404", "user_not_found"),
        ("C01FEED", "U0SANDBOX1", "cant_invite_self"),
        ("C01FEED", "U01DEL", "cant_invite"),
        ("C01FEED", "U01ANA", "already_in_channel"),
        ("C01FEED", "U01GUEST", "ura_max_channels"),
        ("C01SHARED", "U01MULTI", "user_is_restricted"),
    ],
)
async def test_who_cannot_be_invited(
    client: AsyncWebClient, refused: Refused, channel: str, user: str, error: str
) -> None:
    answer = await refused(client.conversations_invite(channel=channel, users=[user]))
    assert answer["error"] == error
    assert answer["errors"] == [{"user": user, "ok": False, "error": error}]


async def test_one_who_cannot_come_keeps_all_others_out(client: AsyncWebClient, refused: Refused) -> None:
    answer = await refused(client.conversations_invite(channel="C01FEED", users=["U01BEN", "U01DEL", "U404"]))
    assert [refusal["error"] for refusal in answer["errors"]] == ["cant_invite", "user_not_found"]
    assert "U01BEN" not in (await client.conversations_members(channel="C01FEED"))["members"]


async def test_force_invites_everybody_who_can_be_invited(client: AsyncWebClient, refused: Refused) -> None:
    answer = await client.conversations_invite(channel="C01FEED", users=["U01BEN", "U01DEL"], force=True)
    assert answer["errors"] == [{"user": "U01DEL", "ok": False, "error": "cant_invite"}]
    assert "U01BEN" in (await client.conversations_members(channel="C01FEED"))["members"]
    nobody = await refused(client.conversations_invite(channel="C01FEED", users=["U01DEL"], force=True))
    assert nobody["error"] == "cant_invite"


async def test_an_invitation_is_for_somebody_and_for_a_hundred_at_most(
    client: AsyncWebClient, refused: Refused
) -> None:
    assert (await refused(client.conversations_invite(channel="C01FEED", users=[])))["error"] == "no_user"
    crowd = [f"U{number}" for number in range(101)]
    assert (await refused(client.conversations_invite(channel="C01FEED", users=crowd)))["error"] == "invalid_arguments"
    assert (await refused(client.conversations_invite(channel="C01FEED", users=crowd[:100])))["error"] == (
        "user_not_found"
    )


async def test_a_bot_that_a_person_brings_along_leaves_two_lines(person: Person, client: AsyncWebClient) -> None:
    await person.do("invite", user="ana", channel="secret", users=["U0SANDBOX1"])
    added, joined = (await client.conversations_history(channel="C01SECRET"))["messages"]
    assert (joined["subtype"], joined["inviter"]) == ("channel_join", "U01ANA")
    assert (added["subtype"], added["user"], added["bot_id"]) == ("bot_add", "U01ANA", "B0SANDBOX1")


async def test_a_bot_can_join_public_channels(client: AsyncWebClient) -> None:
    assert (await client.conversations_join(channel="C01GENERAL"))["channel"]["is_member"] is True
    again = await client.conversations_join(channel="C01GENERAL")
    assert (again["warning"], again["response_metadata"]) == (
        "already_in_channel",
        {"warnings": ["already_in_channel"]},
    )


async def test_leaving_is_noted_and_leaving_twice_answered_oddly_as_in_the_reference(
    client: AsyncWebClient, refused: Refused
) -> None:
    await client.conversations_leave(channel="C01FEED")
    assert "U0SANDBOX1" not in (await client.conversations_members(channel="C01FEED"))["members"]
    assert await refused(client.conversations_leave(channel="C01FEED")) == {"ok": False, "not_in_channel": True}


async def test_general_is_not_left_and_the_last_does_not_leave_a_private_channel(
    client: AsyncWebClient, refused: Refused
) -> None:
    await client.conversations_join(channel="C01GENERAL")
    assert (await refused(client.conversations_leave(channel="C01GENERAL")))["error"] == "cant_leave_general"
    private = (await client.conversations_create(name="alone", is_private=True))["channel"]["id"]
    assert (await refused(client.conversations_leave(channel=private)))["error"] == "last_member"


async def test_others_are_removed_but_not_oneself_nor_from_general(client: AsyncWebClient, refused: Refused) -> None:
    await client.conversations_kick(channel="C01FEED", user="U01ANA")
    assert (await client.conversations_members(channel="C01FEED"))["members"] == ["U0SANDBOX1"]
    assert (await refused(client.conversations_kick(channel="C01FEED", user="U01ANA")))["error"] == "not_in_channel"
    assert (await refused(client.conversations_kick(channel="C01FEED", user="U0SANDBOX1")))["error"] == (
        "cant_kick_self"
    )
    assert (await refused(client.conversations_kick(channel="C01FEED", user="U404")))["error"] == "user_not_found"
    await client.conversations_join(channel="C01GENERAL")
    assert (await refused(client.conversations_kick(channel="C01GENERAL", user="U01ANA")))["error"] == (
        "cant_kick_from_general"
    )


async def test_members_come_page_by_page(client: AsyncWebClient) -> None:
    first = await client.conversations_members(channel="C01GENERAL", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = await client.conversations_members(channel="C01GENERAL", limit=3, cursor=cursor)
    assert (len(first["members"]), len(second["members"])) == (3, 1)
    assert second["response_metadata"]["next_cursor"] == ""


async def test_a_cursor_dies_with_what_it_pointed_at(client: AsyncWebClient, refused: Refused) -> None:
    first = await client.conversations_members(channel="C01FEED", limit=1)
    cursor = first["response_metadata"]["next_cursor"]
    await client.conversations_kick(channel="C01FEED", user="U01ANA")
    answer = await refused(client.conversations_members(channel="C01FEED", cursor=cursor))
    assert answer["error"] == "invalid_cursor"
