"""A company's own policy file, and a story under it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.person import Json


def shown(answer: Json) -> Mapping[str, Any]:
    """Return the message that answered a command."""
    message: Mapping[str, Any] = answer["ack"]
    return message


OWN = """
extends: sev
name: own
version: "{version}"
next_review_on: 2199-01-01
levels: {{sev3: {{response: {sev3}}}}}
"""


def write(folder: Path, text: str) -> None:
    (folder / "own.yml").write_text(text, encoding="utf-8")
