"""The check of `escalate doctor` whether the bot can post in each channel that the policy and the settings name."""

from collections.abc import AsyncIterator, Mapping, Sequence

from bot.errors import OutsideError
from bot.integrations.slack.access import Access, JoinedChannel
from bot.policy.decide.places import PolicyPlace, places
from bot.policy.model.rules import Policy
from bot.policy.names import is_channel_id
from bot.services.operator.findings import Finding, Grade

_WHAT = "posting"
_HOT_LIST = "ESCALATE_HOT_LIST_CHANNEL"
_INVITE = "Make the channel if it isn't there, and invite the bot to it in Slack (`/invite`), or name another one."
# By Slack's code for a channel asked about by id.
_WHY: Mapping[str, str] = {
    "channel_not_found": "there is no such channel, or it is private and the bot isn't in it",
    "is_archived": "it is archived",
}


async def of_places(access: Access, token: str, policy: Policy | None, hot_list: str | None) -> list[Finding]:
    """Return a finding for each channel in which the bot can't post, or one that there is none."""
    wanted = [*places(policy)] if policy is not None else []
    wanted += [PolicyPlace(hot_list, _HOT_LIST, is_of_team=True)] if hot_list is not None else []
    if not wanted:
        return []
    try:
        joined = await access.joined(token)
        found = [finding async for finding in _examined(access, token, joined, wanted)]
    except OutsideError as error:
        return [Finding(_WHAT, Grade.LOOK, f"Slack does not say in which channels the bot is ({error.code})")]
    count = len({place.channel for place in wanted})
    return found or [Finding(_WHAT, Grade.OK, f"the bot is in every channel it posts in ({count})")]


async def _examined(
    access: Access, token: str, joined: Sequence[JoinedChannel], wanted: Sequence[PolicyPlace]
) -> AsyncIterator[Finding]:
    known = {name: channel for channel in joined for name in (channel.id, channel.name)}
    keys: dict[str, list[PolicyPlace]] = {}
    for place in wanted:
        keys.setdefault(place.channel, []).append(place)
    for channel, uses in keys.items():
        named = f"{channel} ({', '.join(use.key for use in uses)})"
        # What waits for a team's channel also goes by mail, and the hot list may not be wanted.
        grade = Grade.LOOK if all(use.is_of_team for use in uses) else Grade.WRONG
        if channel not in known:
            why = await _why(access, token, channel)
            yield Finding(_WHAT, grade, f"the bot can't post in {named}: {why}", _INVITE)
        elif known[channel].is_restricted:
            do = "Ask an administrator of the workspace to let the app post there."
            yield Finding(_WHAT, grade, f"only some may post in {named}", do)


async def _why(access: Access, token: str, channel: str) -> str:
    if not is_channel_id(channel):
        return "it is in no channel of that name"
    code = await access.absence(token, channel)
    return _WHY.get(code or "", "it isn't in it")
