"""The content of a message: text, blocks, attachments, metadata. Parsed alike for every way of posting."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.blocks.identify import identify
from sandbox.blocks.problems import Problem
from sandbox.blocks.surfaces import check_message
from sandbox.errors import SlackError, invalid_arguments

Json = dict[str, Any]

LONGEST_TEXT = 40_000
LONGEST_EDIT = 4_000
LONGEST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000

WITHOUT_TEXT = "This content can't be displayed."
"""The text of a message that has only blocks, as in a notification."""

EVENT_TYPE = re.compile(r"[A-Za-z0-9_.:-]{1,255}")


@dataclass
class Content:
    """The content of a message. None means not given, which matters when a message is edited."""

    text: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Return True if there is nothing to show."""
        return not (self.text and self.text.strip()) and not self.blocks and not self.attachments


def content(args: Json, *, longest: int | None = None) -> Content:
    """Parse the content from the arguments. Raises SlackError if it is invalid.

    Text beyond 40,000 characters is cut off with a warning; beyond `longest`, if given, it is refused.
    """
    found = Content(
        text=_text(args),
        blocks=_blocks(args),
        attachments=_attachments(args),
        metadata=_metadata(args),
    )
    if found.text and longest and len(found.text) > longest:
        raise SlackError("msg_too_long")
    if found.text and len(found.text) > LONGEST_TEXT:
        found.text = found.text[:LONGEST_TEXT]
        found.warnings.append("message_truncated")
    return found


def _text(args: Json) -> str | None:
    markdown = args.get("markdown_text")
    if markdown is None:
        return args.get("text")
    if args.get("text") or args.get("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")
    return str(markdown)


def _blocks(args: Json) -> list[Json] | None:
    if (blocks := args.get("blocks")) is None:
        return None
    if isinstance(blocks, Unreadable) or not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    if problems := check_message(blocks):
        raise invalid_blocks(problems)
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > LONGEST_MARKDOWN:
        raise SlackError("msg_blocks_too_long")
    return identify(blocks)


def _attachments(args: Json) -> list[Json] | None:
    attachments = args.get("attachments")
    if attachments is None or isinstance(attachments, bool):
        return None
    if not isinstance(attachments, list) or not all(isinstance(item, dict) for item in attachments):
        raise invalid_arguments("must provide an array [json-pointer:/attachments]")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for number, attachment in enumerate(attachments):
        if problems := check_message(attachment.get("blocks") or []):
            raise invalid_blocks([problem.within(f"/attachments/{number}") for problem in problems])
    return [{"id": number, "fallback": "[no preview available]"} | item for number, item in enumerate(attachments, 1)]


def _metadata(args: Json) -> Json | None:
    if (metadata := args.get("metadata")) is None:
        return None
    if not isinstance(metadata, dict):
        raise SlackError("invalid_metadata_format")
    if not metadata or "entities" in metadata:
        return metadata
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not EVENT_TYPE.fullmatch(event_type) or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def invalid_blocks(problems: list[Problem]) -> SlackError:
    """Return the error for invalid blocks, with each invalid element's JSON pointer."""
    messages = [problem.message for problem in problems]
    return SlackError(
        "invalid_blocks",
        errors=messages,
        response_metadata={"messages": [f"[ERROR] {message}" for message in messages]},
    )
