"""A short life of escalations in the sandbox, for keys whose effect is in what services do."""

import json
import re
from pathlib import Path

from click.testing import CliRunner

from bot.__main__ import main
from bot.policy.file.loading import dump
from bot.policy.model.rules import Policy
from bot.views.kit import ids
from tests.support.story import WORKSPACE, Story
from tests.support.story import story as told

CHANNELS = """  - {id: C01INC, name: incidents, members: [U01ANA]}
  - {id: C01TECH, name: tech-support-escalations, members: [U01ANA]}
"""
FACTORS = ["email_control", "payment_last_four", "photo_id"]
_CHANGING = re.compile(r"\d{7,}\.\d+|T0\w+|V0\w+|F0\w+|C0[A-Z0-9]{8}|xapp\S+")


def lived(policy: Policy, database_url: str, folder: Path) -> object:
    """Return everything people read, and what is exported, after a few escalations under a policy."""
    file = folder / "lived.yml"
    file.write_text(dump(policy), encoding="utf-8")
    with told(
        database_url, folder, workspace=WORKSPACE + CHANNELS, policy=str(file), feed_channel="C01GENERAL"
    ) as story:
        _live(story)
        places: list[str | int] = ["general", "incidents", "tech-support-escalations", 1, 2, 3, 4]
        said = [
            _CHANGING.sub("…", f"{message.text} {message.all_text}")
            for place in places
            for message in story.messages(place, "ana")
        ]
        people = ("ana", "dana", "maria")
        direct = [_CHANGING.sub("…", message.all_text) for who in people for message in story.direct(who)]
    return said, direct, _exported(database_url, file)


def _live(story: Story) -> None:
    for channel in ("C01GENERAL", "C01INC", "C01TECH"):
        story.control.post("invite", user="U01ANA", channel=channel, users=["U0SANDBOX1"])
    first = story.declare(account="Acme", level="sev2", category="technical", summary="Exports fail")
    story.declare(account="Globex", level="sev2", category="technical", summary="Exports fail too")
    story.declare(account="Acme", level="sev3", summary="Slow")
    story.declare(account="Acme", level="sev3", summary="Slow again")
    story.command("noor", "incident")
    story.submit("noor", title="Exports", escalations=[str(first)])
    _done(story)
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "security_privacy")
    asked = {"summary": "Delete all", "level": "sev1", "signs-security_privacy": ["gdpr_deletion"]}
    story.submit("noor", account="Initech", **asked)
    _done(story)
    story.more("noor", "verify", 5)
    story.submit("noor", factors=FACTORS)
    story.act("dana", ids.PRESS_MITIGATE, first, note="Restarted.")
    story.forward(minutes=1)
    story.skip_to("Tue 2026-03-10 18:30")
    story.settle()


def _done(story: Story) -> None:
    """Close what a form has become, if it is still open."""
    if story.has_form("noor"):
        story.close_form("noor")


def _exported(database_url: str, policy: Path) -> list[str]:
    """Return the keys of what `escalate export` writes about each account."""
    settings = {"DATABASE_URL": database_url, "ESCALATE_POLICY": str(policy)}
    done = CliRunner().invoke(main, ["export", "--format", "jsonl"], env=settings)
    assert done.exit_code == 0, done.output
    return [str(sorted(json.loads(line)["account"])) for line in done.stdout.splitlines() if line.startswith("{")]
