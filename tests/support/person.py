"""A person's actions in the sandbox: tests do everything as somebody, over HTTP, as the page does."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Control:
    """The sandbox's control API."""

    url: str

    def post(self, name: str, /, **body: Any) -> Json:
        """Do something; fail the test if the sandbox refuses it as misuse."""
        request = urllib.request.Request(  # noqa: S310 - the sandbox is on loopback
            f"{self.url}/_sandbox/{name}", json.dumps(body).encode(), {"content-type": "application/json"}
        )
        return _answer(request)

    def get(self, name: str, **query: Any) -> Json:
        """Query something."""
        return _answer(urllib.request.Request(f"{self.url}/_sandbox/{name}?{urllib.parse.urlencode(query)}"))  # noqa: S310 - as above

    def delete(self, name: str) -> None:
        """Remove something."""
        _answer(urllib.request.Request(f"{self.url}/_sandbox/{name}", method="DELETE"))  # noqa: S310 - as above


def _answer(request: urllib.request.Request) -> Json:
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
            answer: Json = json.loads(response.read() or b"{}")
            return answer
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{request.full_url}: {error.read().decode()}") from None


@dataclass(frozen=True)
class Seen:
    """A message as somebody sees it."""

    raw: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Return the notification's text."""
        return str(self.raw.get("text", ""))

    @property
    def ts(self) -> str:
        """Return Slack's timestamp of the message."""
        return str(self.raw["ts"])

    @property
    def all_text(self) -> str:
        """Return all text, blocks included."""
        return "\n".join([self.text, *_texts(self.raw.get("blocks") or [])])

    @property
    def markup(self) -> str:
        """Return all text that Slack parses as markup."""
        return "\n".join([self.text, *_markups(self.raw.get("blocks") or [])])

    @property
    def buttons(self) -> list[str]:
        """Return the action ids of its controls."""
        return [found["action_id"] for found in _elements(self.raw.get("blocks") or [])]

    def button(self, action_id: str) -> Mapping[str, Any]:
        """Return one control."""
        return next(found for found in _elements(self.raw.get("blocks") or []) if found["action_id"] == action_id)


@dataclass(frozen=True)
class Form:
    """An open form as its user sees it."""

    raw: Mapping[str, Any]

    @property
    def title(self) -> str:
        """Return the title."""
        return str(self.raw["title"]["text"])

    @property
    def all_text(self) -> str:
        """Return all text."""
        return "\n".join(_texts(self.raw["blocks"]))

    @property
    def inputs(self) -> list[str]:
        """Return the block ids of its inputs."""
        return [block["block_id"] for block in self.raw["blocks"] if block["type"] == "input"]

    @property
    def level_block(self) -> str:
        """Return the block id of the severity."""
        return next((name for name in self.inputs if name.startswith("level-") and name != "level-reason"), "level")

    def question(self, block_id: str) -> Mapping[str, Any]:
        """Return one input block."""
        return next(block for block in self.raw["blocks"] if block["block_id"] == block_id)


def _texts(value: Any) -> list[str]:
    """Return every text in blocks, in reading order."""
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for key, item in value.items() if key != "text" or not own for text in _texts(item)]
    return []


def _markups(value: Any) -> list[str]:
    """Return every text in blocks that Slack parses as markup."""
    if isinstance(value, list):
        return [text for item in value for text in _markups(item)]
    if isinstance(value, dict):
        own = [value["text"]] if value.get("type") == "mrkdwn" else []
        return own + [text for item in value.values() for text in _markups(item)]
    return []


def _elements(blocks: Any) -> list[Mapping[str, Any]]:
    """Return every control in blocks."""
    if isinstance(blocks, list):
        return [found for item in blocks for found in _elements(item)]
    if isinstance(blocks, dict):
        own = [blocks] if "action_id" in blocks else []
        return own + [found for item in blocks.values() for found in _elements(item)]
    return []
