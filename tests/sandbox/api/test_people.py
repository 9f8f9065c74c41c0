"""Users, groups, bots, the workspace."""

from dataclasses import replace

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.delivery import payloads
from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from sandbox.workspace_file import UserSeed
from tests.sandbox.world import SEED, Refused, manifest

SUMMER = 1_751_328_000  # 1 July 2025
WINTER = 1_735_689_600  # 1 January 2025


async def test_a_user_has_a_profile_and_a_zone(client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U01ANA"))["user"]
    assert (user["name"], user["real_name"], user["tz"]) == ("ana", "Ana Ruiz", "America/New_York")
    assert user["profile"]["email"] == "ana@example.com"
    assert (user["is_bot"], user["deleted"], user["is_restricted"]) == (False, False, False)


@pytest.mark.parametrize(("at", "offset"), [(SUMMER, -4 * 3600), (WINTER, -5 * 3600)])
async def test_the_offset_follows_summer_time(client: AsyncWebClient, sandbox: Sandbox, at: int, offset: int) -> None:
    sandbox.clock.set(now=at)
    assert (await client.users_info(user="U01ANA"))["user"]["tz_offset"] == offset


async def test_guests_bots_and_the_deactivated_are_marked(client: AsyncWebClient) -> None:
    guest = (await client.users_info(user="U01GUEST"))["user"]
    single, multi = guest, (await client.users_info(user="U01MULTI"))["user"]
    assert (single["is_restricted"], single["is_ultra_restricted"]) == (True, True)
    assert (multi["is_restricted"], multi["is_ultra_restricted"]) == (True, False)
    assert (await client.users_info(user="U01DEL"))["user"]["deleted"] is True
    bot = (await client.users_info(user="U0SANDBOX1"))["user"]
    assert (bot["is_bot"], bot["profile"]["bot_id"]) == (True, "B0SANDBOX1")


async def test_nobody_is_found_who_is_not_there(client: AsyncWebClient, refused: Refused) -> None:
    for call in (client.users_info(user="U404"), client.users_profile_get(user="U404"), client.dnd_info(user="U404")):
        assert (await refused(call))["error"] == "user_not_found"


@pytest.mark.parametrize("email", ["ben@example.com", "BEN@EXAMPLE.COM", "Ben@Example.com"])
async def test_people_are_found_by_address_without_regard_to_case(client: AsyncWebClient, email: str) -> None:
    assert (await client.users_lookupByEmail(email=email))["user"]["id"] == "U01BEN"


@pytest.mark.parametrize("email", ["nobody@example.com", "del@example.com"])
async def test_the_deactivated_are_not_found_by_address(client: AsyncWebClient, refused: Refused, email: str) -> None:
    assert (await refused(client.users_lookupByEmail(email=email)))["error"] == "users_not_found"


async def test_everybody_is_listed_page_by_page(client: AsyncWebClient) -> None:
    pages = [page["members"] async for page in await client.users_list(limit=3)]
    everybody = [member["id"] for page in pages for member in page]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert {"U01DEL", "U0SANDBOX1", "USLACKBOT"} < set(everybody)


async def test_profile_presence_and_disturbance(client: AsyncWebClient, refused: Refused) -> None:
    assert (await client.users_profile_get(user="U01ANA"))["profile"]["real_name"] == "Ana Ruiz"
    assert (await client.users_getPresence(user="U01ANA"))["presence"] == "active"
    assert (await client.users_getPresence(user="U01DEL"))["presence"] == "away"
    assert (await client.users_getPresence(user="U0SANDBOX1"))["online"] is True
    assert (await refused(client.users_getPresence(user="U404")))["error"] == "invalid_arguments"
    assert (await client.dnd_info(user="U01ANA"))["dnd_enabled"] is False


async def test_the_bot_and_the_workspace_describe_themselves(client: AsyncWebClient, refused: Refused) -> None:
    assert (await client.bots_info(bot="B0SANDBOX1"))["bot"]["user_id"] == "U0SANDBOX1"
    assert (await refused(client.bots_info(bot="B404")))["error"] == "bot_not_found"
    assert (await client.team_info())["team"]["domain"] == "test-corp"
    assert (await refused(client.team_info(team="T404")))["error"] == "team_not_found"
    assert (await client.emoji_list())["emoji"] == {}


class TestWithoutTheScopeForAddresses:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(scopes=frozenset({"users:read", "users.profile:read"}))

    async def test_addresses_are_left_out(self, client: AsyncWebClient) -> None:
        assert "email" not in (await client.users_info(user="U01ANA"))["user"]["profile"]
        assert "email" not in (await client.users_profile_get(user="U01ANA"))["profile"]


async def test_groups_are_listed_with_members_and_counts_on_request(client: AsyncWebClient) -> None:
    (plain,) = (await client.usergroups_list())["usergroups"]
    (full,) = (await client.usergroups_list(include_users=True, include_count=True))["usergroups"]
    assert (plain["handle"], "users" in plain) == ("csms", False)
    assert (full["users"], full["user_count"]) == (["U01ANA", "U01BEN"], 2)
    assert (await client.usergroups_users_list(usergroup="S01CSM"))["users"] == ["U01ANA", "U01BEN"]


async def test_a_group_is_made_changed_put_away_and_taken_out(client: AsyncWebClient, refused: Refused) -> None:
    group = (await client.usergroups_create(name="On call", handle="oncall"))["usergroup"]["id"]
    await client.usergroups_users_update(usergroup=group, users=["U01CY"])
    await client.usergroups_update(usergroup=group, description="Whoever has the pager")
    await client.usergroups_disable(usergroup=group)
    assert (await refused(client.usergroups_users_list(usergroup=group)))["error"] == "no_such_subteam"
    assert len((await client.usergroups_list())["usergroups"]) == 1
    listed = (await client.usergroups_list(include_disabled=True, include_users=True))["usergroups"][1]
    assert (listed["description"], listed["users"]) == ("Whoever has the pager", ["U01CY"])
    await client.usergroups_enable(usergroup=group)
    assert (await client.usergroups_users_list(usergroup=group))["users"] == ["U01CY"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": ""}, "missing_subteam_name"),
        ({"name": "x" * 81}, "name_too_long"),
        ({"name": "csms"}, "name_already_exists"),
        ({"name": "New", "handle": "csms"}, "handle_already_exists"),
        ({"name": "New", "handle": "ana"}, "handle_already_exists"),
        ({"name": "New", "handle": "On Call"}, "bad_handle"),
        ({"name": "New", "description": "x" * 141}, "description_too_long"),
        ({"name": "New", "channels": "C404"}, "invalid_channel_provided"),
    ],
)
async def test_groups_that_slack_refuses(
    client: AsyncWebClient, refused: Refused, arguments: dict[str, str], error: str
) -> None:
    assert (await refused(client.api_call("usergroups.create", json=arguments)))["error"] == error


async def test_a_group_has_somebody_in_it(client: AsyncWebClient, refused: Refused) -> None:
    empty = client.usergroups_users_update(usergroup="S01CSM", users=[])
    strange = client.usergroups_users_update(usergroup="S01CSM", users=["U404"])
    assert (await refused(empty))["error"] == "no_users_provided"
    assert (await refused(strange))["error"] == "invalid_users"


async def test_the_people_of_a_small_workspace_have_colours_of_their_own(client: AsyncWebClient) -> None:
    members = (await client.users_list())["members"]
    colours = [member["color"] for member in members if not member["is_bot"] and not member["deleted"]]
    assert len(set(colours)) == len(colours)


async def test_people_of_another_workspace_are_recognised_by_their_team() -> None:
    other = UserSeed(id="U09OUT", name="out", real_name="Out Side", email="ben@example.com", team_id="T09OTHER")
    seed = replace(SEED, users=(*SEED.users, other))
    async with Sandbox(seed, [manifest()]) as sandbox:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url)
        user = (await client.users_info(user="U09OUT"))["user"]
        assert (user["team_id"], user["profile"]["team"]) == ("T09OTHER", "T09OTHER")
        assert (await client.users_info(user="U01ANA"))["user"]["team_id"] == "T01TEST"
        payload = payloads.interaction(
            sandbox.workspace, sandbox.workspace.apps[0], sandbox.workspace.users["U09OUT"], "block_actions"
        )
        assert (payload["user"]["team_id"], payload["team"]["id"]) == ("T09OTHER", "T01TEST")
        # An address that two people have is our own member's.
        assert (await client.users_lookupByEmail(email="ben@example.com"))["user"]["id"] == "U01BEN"
