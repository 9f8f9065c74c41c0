"""A policy that changes is announced once, in words, in the channel it names."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import WORKSPACE, Story
from tests.support.story import story as told

POLICY = """extends: sev
name: own
version: "{version}"
announce_changes: C01NEWS
levels:
  sev2: {{response: {response}}}
categories:
  financial: {{least: sev2}}
{more}"""
CHANNEL = "  - {id: C01NEWS, name: news, members: [U01ANA, U0SANDBOX1]}\n"


def write(folder: Path, version: str, response: str, more: str = "") -> Path:
    file = folder / "own.yml"
    file.write_text(POLICY.format(version=version, response=response, more=more), encoding="utf-8")
    return file


@pytest.fixture
def ruled(database_url: str, folder: Path) -> Iterator[Story]:
    file = write(folder, "1", "1h")
    with told(database_url, folder, workspace=WORKSPACE + CHANNEL, policy=str(file)) as story:
        story.control.post("invite", user="U01ANA", channel="C01NEWS", users=["U0SANDBOX1"])
        yield story


def announced(story: Story) -> list[Seen]:
    return [one for one in story.messages("news", "ana") if "The policy changed" in one.text]


@pytest.mark.both_databases
def test_what_changed_between_starts_is_announced_once_in_words(ruled: Story, folder: Path) -> None:
    ruled.settle()
    assert announced(ruled) == [], "the first policy is no change"
    more = "rules:\n  renewal-quarter: {enabled: false}\nwarnings: [50]\n"
    write(folder, "2", "30m", more)
    ruled.restart()
    ruled.settle()
    (found,) = announced(ruled)
    assert "• *Sev 2*, acknowledge: 30 minutes, was 1 hour" in found.text
    assert "• *Version*: 2, was 1" in found.text
    assert "• *Warnings before a clock runs out, in percent*: 50, was 80" in found.text
    assert "• *What changes severity*: one level up (switched off), health at most 70 and renewal within" in found.text
    assert "Open escalations keep theirs." in found.all_text
    ruled.restart()
    ruled.join_by_another()
    ruled.settle()
    assert len(announced(ruled)) == 1


def test_a_channel_that_is_not_there_holds_nothing_up(ruled: Story, folder: Path) -> None:
    write(folder, "2", "30m")
    file = folder / "own.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("C01NEWS", "nowhere"), encoding="utf-8")
    ruled.restart()
    number = ruled.declare("noor", account="Acme", level="sev3")
    assert ids.PRESS_ACKNOWLEDGE in ruled.card(number).buttons
    assert announced(ruled) == []
