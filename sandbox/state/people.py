"""Users and user groups, and their JSON."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]

SLACKBOT = "USLACKBOT"
COLORS = ("9f69e7", "4bbe2e", "e7392d", "3c989f", "674b1b", "e96699", "e0a729", "684b6c", "5b89d5", "2b6836")
"""Assigned to people in turn, so that those of a small workspace have different ones."""


PICTURES = (24, 32, 48, 72, 192, 512)
"""The widths of everybody's picture in a profile."""

ZONE_LABELS = {
    "AEDT": "Australian Eastern Daylight Time",
    "AEST": "Australian Eastern Standard Time",
    "BST": "British Summer Time",
    "CDT": "Central Daylight Time",
    "CEST": "Central European Summer Time",
    "CET": "Central European Time",
    "CST": "Central Standard Time",
    "EDT": "Eastern Daylight Time",
    "EEST": "Eastern European Summer Time",
    "EET": "Eastern European Time",
    "EST": "Eastern Standard Time",
    "GMT": "Greenwich Mean Time",
    "HST": "Hawaii Standard Time",
    "IST": "India Standard Time",
    "JST": "Japan Standard Time",
    "MDT": "Mountain Daylight Time",
    "MST": "Mountain Standard Time",
    "PDT": "Pacific Daylight Time",
    "PST": "Pacific Standard Time",
    "UTC": "Coordinated Universal Time",
}
"""Slack's names of zones; for others the city is used."""


@dataclass
class User:
    """A member of the workspace: a person, a guest, a bot, or a deactivated user."""

    id: str
    name: str
    real_name: str
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
    app_id: str | None = None
    bot_id: str | None = None
    status_text: str = ""
    status_emoji: str = ""
    presence: str = "active"
    color: str = ""
    updated: int = 0

    @property
    def is_person(self) -> bool:
        """Return True if one can act as this user on the page."""
        return not self.is_bot

    def profile(self, *, with_email: bool) -> Json:
        """Return the profile; with the e-mail only for apps with `users:read.email`."""
        first, _, last = self.real_name.partition(" ")
        profile = {
            "title": self.title,
            "phone": self.phone,
            "skype": "",
            "real_name": self.real_name,
            "real_name_normalized": self.real_name,
            "display_name": self.display_name,
            "display_name_normalized": self.display_name,
            "fields": {},
            "status_text": self.status_text,
            "status_emoji": self.status_emoji,
            "status_emoji_display_info": [],
            "status_expiration": 0,
            "avatar_hash": _avatar_hash(self.id),
            "first_name": first,
            "last_name": last,
        }
        profile |= {f"image_{size}": _picture(self.id, size) for size in PICTURES}
        if with_email and self.email:
            profile["email"] = self.email
        if self.bot_id:
            profile |= {"api_app_id": self.app_id, "bot_id": self.bot_id, "always_active": True}
        return profile

    def as_json(self, team_id: str, *, at: float, with_email: bool, with_locale: bool = False) -> Json:
        """Return the user object; `at` decides the zone's offset, which changes in summer.

        `team_id` is our workspace, the default for users without one of their own.
        """
        team_id = self.team_id or team_id
        answer: Json = {
            "id": self.id,
            "team_id": team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": self.profile(with_email=with_email) | {"team": team_id},
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": self.updated,
        }
        if self.deleted:
            return answer
        label, offset = _zone(self.tz, int(at // 900))
        answer |= {
            "color": self.color or COLORS[int(_avatar_hash(self.id), 16) % len(COLORS)],
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": label,
            "tz_offset": offset,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted or self.is_ultra_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_email_confirmed": not self.is_bot,
            "who_can_share_contact_card": "EVERYONE",
        }
        if self.is_stranger:
            answer["is_stranger"] = True
        if with_locale:
            answer["locale"] = self.locale
        return answer


@dataclass
class Usergroup:
    """A group of people with a handle. `deleted_at` is set while it is disabled."""

    id: str
    handle: str
    name: str
    description: str = ""
    users: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    created: int = 0
    updated: int = 0
    deleted_at: int = 0
    created_by: str = SLACKBOT
    updated_by: str = SLACKBOT

    def as_json(self, team_id: str, *, with_users: bool = False, with_count: bool = False) -> Json:
        """Return the group, with its members only if requested."""
        answer: Json = {
            "id": self.id,
            "team_id": team_id,
            "is_usergroup": True,
            "is_subteam": True,
            "name": self.name,
            "description": self.description,
            "handle": self.handle,
            "is_external": False,
            "date_create": self.created,
            "date_update": self.updated,
            "date_delete": self.deleted_at,
            "auto_type": None,
            "auto_provision": False,
            "created_by": self.created_by,
            "updated_by": self.updated_by,
            "deleted_by": self.updated_by if self.deleted_at else None,
            "prefs": {"channels": list(self.channels), "groups": []},
        }
        if with_users:
            answer["users"] = list(self.users)
        if with_count:
            answer["user_count"] = len(self.users)
        return answer


def _avatar_hash(user_id: str) -> str:
    return hashlib.blake2s(user_id.encode(), digest_size=6).hexdigest()


@lru_cache(maxsize=256)
def _zone(name: str, quarter: int) -> tuple[str, int]:
    """Return a zone's name and offset in seconds in the given quarter of an hour since 1970."""
    moment = datetime.fromtimestamp(quarter * 900, UTC).astimezone(ZoneInfo(name))
    offset = moment.utcoffset()
    abbreviation = moment.tzname() or name
    label = ZONE_LABELS.get(abbreviation, name.rpartition("/")[2].replace("_", " ") + " Time")
    return label, int(offset.total_seconds()) if offset else 0


def _picture(user_id: str, size: int) -> str:
    """Return a picture URL in Slack's format; nothing is there and our clients don't request it."""
    return f"https://secure.gravatar.example/avatar/{_avatar_hash(user_id)}.jpg?s={size}"
