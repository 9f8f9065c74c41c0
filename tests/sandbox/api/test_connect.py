"""Slack Connect: inviting another workspace into a channel, and what both sides say to it."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from tests.sandbox.bots import Bot
from tests.sandbox.world import Json, Person, Refused


async def test_an_invitation_is_accepted_there_and_approved_here(
    bot: Bot, client: AsyncWebClient, person: Person, refused: Refused
) -> None:
    sent = await client.conversations_inviteShared(channel="C01FEED", emails=["x@acme.example"])
    assert sent["is_legacy_shared_channel"] is False
    [waiting] = (await client.conversations_listConnectInvites())["invites"]
    assert (waiting["invite"]["id"], waiting["status"]) == (sent["invite_id"], "sent")
    await person.do("reply", invite=sent["invite_id"], team="T0ACME")
    accepted = (await bot.hears("shared_channel_invite_accepted"))["event"]
    assert (accepted["approval_required"], accepted["accepting_user"]["team_id"]) == (True, "T0ACME")
    unnamed = await refused(client.conversations_approveSharedInvite(invite_id=sent["invite_id"]))
    assert unnamed["error"] == "missing_target_team"
    await client.conversations_approveSharedInvite(invite_id=sent["invite_id"], target_team="T0ACME")
    approved = (await bot.hears("shared_channel_invite_approved"))["event"]
    assert [team["id"] for team in approved["teams_in_channel"]] == ["T01TEST", "T0ACME"]
    assert (await bot.hears("channel_shared"))["event"]["connected_team_id"] == "T0ACME"
    assert (await client.conversations_info(channel="C01FEED"))["channel"]["is_ext_shared"] is True
    again = client.conversations_approveSharedInvite(invite_id=sent["invite_id"], target_team="T0ACME")
    assert (await refused(again))["error"] == "already_approved"
    for team, error in (("T0ACME", None), ("T0OTHER", "invalid_target_team")):
        call = client.api_call(
            "conversations.externalInvitePermissions.set",
            params={"channel": "C01FEED", "target_team": team, "action": "upgrade"},
        )
        assert (await refused(call))["error"] == error if error else (await call)["ok"]


async def test_an_invitation_is_declined(bot: Bot, client: AsyncWebClient, person: Person) -> None:
    for over_there in (True, False):
        sent = await client.conversations_inviteShared(channel="C01FEED", emails=["x@acme.example"])
        await person.do("reply", invite=sent["invite_id"], team="T0ACME", decline=over_there)
        if not over_there:
            await client.conversations_declineSharedInvite(invite_id=sent["invite_id"], target_team="T0ACME")
    teams = [(await bot.hears("shared_channel_invite_declined", n))["event"]["declining_team_id"] for n in (1, 2)]
    assert sorted(teams) == ["T01TEST", "T0ACME"]
    assert (await client.conversations_listConnectInvites())["invites"] == []


async def test_what_cannot_be_shared_is_refused(client: AsyncWebClient, person: Person, refused: Refused) -> None:
    await client.conversations_join(channel="C01GENERAL")
    direct = (await person.do("direct", user="ana", users=["U0SANDBOX1"]))["channel"]

    async def error(**given: Any) -> str:
        return str((await refused(client.api_call("conversations.inviteShared", json=given)))["error"])

    emails = ["x@acme.example"]
    assert await error(channel="C01GENERAL", emails=emails) == "cannot_share_mandatory_channel"
    assert await error(channel="C01OLD", emails=emails) == "channel_archived"
    assert await error(channel=direct, emails=emails) == "invalid_channel_type"
    assert await error(channel="C01FEED") == "recipients_not_specified"
    assert await error(channel="C01FEED", emails=["nobody"]) == "invalid_email"
    assert await error(channel="C01FEED", emails=emails * 2) == "too_many_emails"
    assert await error(channel="C01FEED", user_ids=["U01ANA"]) == "already_in_channel"
    sent = (await client.conversations_inviteShared(channel="C01FEED", emails=emails))["invite_id"]
    ours = client.conversations_acceptSharedInvite(channel_name="new", invite_id=sent)
    assert (await refused(ours))["error"] == "invite_from_same_org"


async def test_a_person_asks_for_an_invitation(
    bot: Bot, client: AsyncWebClient, person: Person, refused: Refused
) -> None:
    asked = [
        (await person.do("share", user="ana", channel="feed", email=f"{n}@acme.example"))["invite_id"] for n in "xy"
    ]
    requested = (await bot.hears("shared_channel_invite_requested"))["event"]
    assert (requested["actor"]["id"], requested["channel_id"]) == ("U01ANA", "C01FEED")
    assert requested["target_users"] == [{"email": "x@acme.example", "invite_id": asked[0]}]

    async def listed(**given: Any) -> list[str]:
        answer = await client.conversations_requestSharedInvite_list(**given)
        requests: list[Json] = answer["invite_requests"]
        return [request["id"] for request in requests]

    assert await listed() == asked
    approved = await client.conversations_requestSharedInvite_approve(invite_id=asked[0])
    assert approved["invite_id"] == asked[0]
    await client.conversations_requestSharedInvite_deny(invite_id=asked[1])
    assert await listed() == []
    assert await listed(include_denied=True) == [asked[1]]
    late = client.conversations_requestSharedInvite_approve(invite_id=asked[1])
    assert (await refused(late))["error"] == "invite_already_denied"
    [waiting] = (await client.conversations_listConnectInvites())["invites"]
    assert waiting["invite"]["recipient_email"] == "x@acme.example"
