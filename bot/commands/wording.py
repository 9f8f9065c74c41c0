"""`escalate wording check`, which needs no database and no Slack."""

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

from bot.commands.terminal import line, say, write
from bot.errors import BadInput
from bot.integrations.files import load_policy
from bot.integrations.reading import MEBIBYTE
from bot.policy.encodings import decoded, line_of
from bot.policy.model.wording import Wording
from bot.policy.wording.check import WordingFinding
from bot.policy.wording.check import check as checked

_LONGEST = 1 * MEBIBYTE


@click.group("wording")
def wording() -> None:
    """Check a text for a customer before it is sent."""


@wording.command()
@click.option("--policy", "named", metavar="NAME|FILE", help="A preset or a file; by default the configured policy.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--jsonl", "as_lines", is_flag=True, help="Read a JSON string from each line, print an object for each.")
def check(*, named: str | None, as_json: bool, as_lines: bool) -> None:
    """Read a text from standard input and list what a customer shouldn't read, with a better phrase for each."""
    if as_json and as_lines:
        raise click.UsageError("Choose one of --json and --jsonl.")
    rules = load_policy(named or _configured_policy()).wording
    source = sys.stdin.buffer
    if as_lines:
        for number, read in enumerate(iter(lambda: source.readline(_LONGEST + 1), b""), start=1):
            text = _text(read)
            if text.strip():
                write(f"{json.dumps(_as_data(checked(_string(text, number), rules)), ensure_ascii=False)}\n")
        return
    text = _text(source.read(_LONGEST + 1))
    if as_json:
        write(f"{json.dumps(_as_data(checked(text, rules)), ensure_ascii=False, indent=2)}\n")
        return
    for sentence in _sentences(text, rules):
        say(line(sentence))


def _text(read: bytes) -> str:
    """Return what was read as text. Raises BadInput."""
    if len(read) > _LONGEST:
        raise BadInput([f"This is longer than {_LONGEST // MEBIBYTE} MiB. Check a shorter text."])
    try:
        return decoded(read)
    except UnicodeDecodeError as error:
        raise BadInput([f"Save the text as UTF-8. Line {line_of(error)} has a character that isn't."]) from None


def _string(text: str, number: int) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, str):
        raise BadInput([f'line {number}: this is no JSON string; write the text in quotes, as "We\'re sorry."'])
    return found


def _as_data(findings: tuple[WordingFinding, ...]) -> dict[str, list[dict[str, Any]]]:
    return {
        "findings": [
            {"rule": found.rule.value, "text": found.text, "why": found.why, "better": found.better}
            for found in findings
        ]
    }


def _sentences(text: str, rules: Wording) -> Iterator[str]:
    findings = checked(text, rules)
    for found in findings:
        yield f"{found.rule.value} ({rules.strictness(found.rule).value}): “{found.text}”. {found.why} {found.better}"
    if not findings:
        yield "Nothing found."


def _configured_policy() -> str:
    from bot import settings  # noqa: PLC0415 - with --policy, no setting is needed

    return settings.load().policy
