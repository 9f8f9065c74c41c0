"""Files: those asked for, those uploaded, and where they were shared."""

import mimetypes
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "svg"})


@dataclass
class Ticket:
    """An upload that was announced: the content arrives at its address, then it is completed into a file."""

    id: str
    filename: str
    length: int
    user: str
    alt_text: str = ""
    content: bytes | None = None


@dataclass
class File:
    """A file in the workspace. `shares` maps a conversation to the `ts` of the messages that show it."""

    id: str
    name: str
    title: str
    user: str
    created: int
    content: bytes
    alt_text: str = ""
    shares: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool = False

    @property
    def filetype(self) -> str:
        """Return the ending of the name, which is what Slack calls the type."""
        return self.name.rpartition(".")[2].lower() if "." in self.name else "text"

    @property
    def mimetype(self) -> str:
        """Return the media type that the name suggests."""
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    def as_json(self, base_url: str, *, public: list[str], private: list[str], direct: list[str]) -> Json:
        """Write the file object; the three lists are the conversations it was shared in, by kind."""
        url = f"{base_url}/files/{self.id}/{self.name}"
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
