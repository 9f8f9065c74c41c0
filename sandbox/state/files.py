"""Files: requested uploads, uploaded files, and where they are shared."""

import mimetypes
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

Json = dict[str, Any]

LARGEST_IN_A_FORM = 10 * 1024 * 1024
"""The bytes of a file that a file field takes."""

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg"})


@dataclass
class Ticket:
    """An upload URL: the content is posted to it, then completed into a file."""

    id: str
    filename: str
    length: int
    user: str
    alt_text: str = ""
    content: bytes | None = None


@dataclass
class File:
    """A file. `shares` maps conversations to the `ts` of the messages that show it."""

    id: str
    name: str
    title: str
    user: str
    created: int
    content: bytes
    alt_text: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool = False
    # Apps that got it in a form's file field: they may read it wherever it is shared.
    apps: list[str] = field(default_factory=list)

    @property
    def filetype(self) -> str:
        """Return the extension, which Slack calls the type."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else "text"

    @property
    def mimetype(self) -> str:
        """Return the media type for the name."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def as_json(self, base_url: str, *, public: list[str], private: list[str], direct: list[str]) -> Json:
        """Return the file object; the three lists are the conversations it is shared in, by kind."""
        url = f"{base_url}/files/{self.id}/{quote(self.name)}"
        answer: Json = {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.filetype,
            "pretty_type": self.filetype.upper(),
            "user": self.user,
            "mode": "hosted",
            "editable": False,
            "size": len(self.content),
            "is_external": False,
            "external_type": "",
            "is_public": bool(public),
            "public_url_shared": False,
            "url_private": url,
            "url_private_download": url,
            "permalink": url,
            "channels": public,
            "groups": private,
            "ims": direct,
            "comments_count": 0,
            "has_rich_preview": False,
            "display_as_bot": False,
            "username": "",
        }
        if self.filetype in PICTURES:
            answer |= {"thumb_360": url, "alt_txt": self.alt_text}
        return answer
