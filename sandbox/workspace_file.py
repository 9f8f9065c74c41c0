"""The workspace file: the people and channels the sandbox starts with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from sandbox.errors import BadFile
from sandbox.reading import read_yaml

BOT_TOKEN = "xoxb-sandbox"  # noqa: S105 - published in the README, worth nothing anywhere else
APP_TOKEN = "xapp-sandbox"  # noqa: S105 - the same
SIGNING_SECRET = "sandbox-signing-secret"  # noqa: S105 - the same


@dataclass(frozen=True)
class WorkspaceSeed:
    """The workspace itself."""

    id: str = "T01SANDBOX"
    name: str = "Sandbox"
    domain: str = "sandbox"


@dataclass(frozen=True)
class UserSeed:
    """A person. `is_restricted` is a guest, `is_ultra_restricted` a single-channel guest, `deleted` deactivated.

    `team_id` is another workspace, for people who are here through a shared channel; `is_stranger` means that no such
    channel is left.
    """

    id: str
    name: str
    real_name: str = ""
    display_name: str = ""
    email: str = ""
    tz: str = "Etc/UTC"
    title: str = ""
    phone: str = ""
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    is_stranger: bool = False
    team_id: str = ""
    deleted: bool = False


@dataclass(frozen=True)
class ChannelSeed:
    """A channel; `members` are ids of users and bots."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_general: bool = False
    is_archived: bool = False
    is_ext_shared: bool = False
    topic: str = ""
    purpose: str = ""
    creator: str = ""


@dataclass(frozen=True)
class UsergroupSeed:
    """A user group."""

    id: str
    handle: str
    name: str = ""
    description: str = ""
    users: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tokens:
    """The app's tokens, and the signing secret."""

    bot: str = BOT_TOKEN
    app: str = APP_TOKEN
    signing_secret: str = SIGNING_SECRET


@dataclass(frozen=True)
class Seed:
    """A parsed workspace file."""

    workspace: WorkspaceSeed = field(default_factory=WorkspaceSeed)
    users: tuple[UserSeed, ...] = ()
    channels: tuple[ChannelSeed, ...] = ()
    usergroups: tuple[UsergroupSeed, ...] = ()
    tokens: Tokens = field(default_factory=Tokens)
    emoji: Mapping[str, str] = field(default_factory=dict)


SAMPLE = Seed(
    users=(
        UserSeed(id="U01ADA", name="ada", real_name="Ada Lovelace", email="ada@example.com", tz="Europe/London"),
        UserSeed(
            id="U01GRACE", name="grace", real_name="Grace Hopper", email="grace@example.com", tz="America/New_York"
        ),
        UserSeed(id="U01ALAN", name="alan", real_name="Alan Turing", email="alan@example.com", tz="Europe/London"),
    ),
    channels=(
        ChannelSeed(id="C01GENERAL", name="general", members=("U01ADA", "U01GRACE", "U01ALAN"), is_general=True),
        ChannelSeed(id="C01RANDOM", name="random", members=("U01ADA", "U01GRACE")),
    ),
)
"""The default workspace."""


def read(path: Path) -> Seed:
    """Load a workspace file. Raises BadFile naming the problem."""
    data = read_yaml(path)
    try:
        return parse(data)
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from error


def parse(data: object) -> Seed:
    """Parse the content of a workspace file."""
    if not isinstance(data, dict):
        raise BadFile("a workspace file is a mapping with workspace, users, channels and usergroups")
    if unknown := set(data) - {item.name for item in fields(Seed)}:
        raise BadFile(f"unknown section {min(unknown)!r}")
    seed = Seed(
        workspace=_one(WorkspaceSeed, data.get("workspace") or {}, "workspace"),
        users=_many(UserSeed, data.get("users"), "users"),
        channels=_many(ChannelSeed, data.get("channels"), "channels"),
        usergroups=_many(UsergroupSeed, data.get("usergroups"), "usergroups"),
        tokens=_one(Tokens, data.get("tokens") or {}, "tokens"),
        emoji=dict(data.get("emoji") or {}),
    )
    _check(seed)
    return seed


T = TypeVar("T")


def _many(kind: type[T], rows: object, where: str) -> tuple[T, ...]:
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise BadFile(f"{where}: a list is wanted")
    return tuple(_one(kind, row, f"{where}[{number}]") for number, row in enumerate(rows))


def _one(kind: type[T], row: object, where: str) -> T:
    if not isinstance(row, dict):
        raise BadFile(f"{where}: a mapping is wanted")
    known = {item.name for item in fields(kind)}  # type: ignore[arg-type]  # every kind here is a dataclass
    if unknown := set(row) - known:
        raise BadFile(f"{where}: unknown key {min(unknown)!r}; known are {', '.join(sorted(known))}")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    try:
        return kind(**values)
    except TypeError as error:
        raise BadFile(f"{where}: {str(error).partition(') ')[2]}") from error


BOT = "U0SANDBOX"
"""The prefix of the bots' user ids; they may be members although no file lists them."""


def _check(seed: Seed) -> None:
    """Raise BadFile for what Slack can't hold: duplicate ids, unknown members, unknown zones."""
    seen: set[str] = set()
    for known in (*(u.id for u in seed.users), *(c.id for c in seed.channels), *(g.id for g in seed.usergroups)):
        if known in seen:
            raise BadFile(f"the id {known} is given twice")
        seen.add(known)
    people = {user.id for user in seed.users}
    members = {channel.id: channel.members for channel in seed.channels}
    for where, ids in (members | {group.id: group.users for group in seed.usergroups}).items():
        for user_id in ids:
            if user_id not in people and not user_id.startswith(BOT):
                raise BadFile(f"{where}: nobody has the id {user_id!r}")
    for user in seed.users:
        if not is_zone(user.tz):
            raise BadFile(f"user {user.id}: no time zone is called {user.tz!r}")


def is_zone(name: str) -> bool:
    """Return True if a time zone has that name."""
    try:
        ZoneInfo(name)
    except (ValueError, KeyError, OSError, RecursionError):
        return False
    return True
