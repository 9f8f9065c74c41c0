"""What Slack holds for us changes under us: by other settings, by other hands, while a call is on its way."""

from typing import Any

from bot.models.work import EffectKind
from bot.policy.escalation import Status
from bot.scheduler.deliver import Job, Record
from tests.support.story import USERS, Story

CONFIRMED = {"confirmed_by": "Joe of Acme", "confirmed_how": "call"}


def test_another_template_between_two_tries_for_a_name_keeps_nobody_waiting(story: Story) -> None:
    story.control.post("create", user=USERS["ana"], name="esc-acme-2026-03-06")
    story.control.post("faults", kind="ratelimited", method="conversations.create", retry_after=600, times=1)
    number = story.declare("noor", account="Acme", level="sev3", summary="Down")
    assert story.facts(number).channel_id is None
    story.restart(channel_template="customer-{number}-{account}")
    story.forward(minutes=11)
    assert story.channel(number)["name"] == "esc-acme-2026-03-06-2"
    assert story.facts(number).card_ts is not None


def test_reopening_while_the_archiving_is_on_its_way_opens_a_channel_that_lives(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.command("dana", f"resolve ESC-{number}")
    story.submit("dana", fixed="Restarted.", **CONFIRMED)
    story.command("dana", f"close ESC-{number}")
    story.submit("dana", summary="All is well.")
    old, deliverer = story.facts(number).channel_id, story.program.engine.deliverer
    archive, closures = deliverer.performers[EffectKind.ARCHIVE], story.program.services.closures

    async def archive_late(job: Job) -> Record | None:
        record = await archive(job)
        reopen: Any = closures.reopen
        await story.program.services.core.run(reopen, number, by=USERS["noor"], reason="It is back.")
        return record

    deliverer.performers = {**deliverer.performers, EffectKind.ARCHIVE: archive_late}
    story.forward(days=3)
    facts = story.facts(number)
    assert facts.status is Status.OPEN
    assert facts.channel_id not in (None, old)
    assert not story.channel(number)["is_archived"]
    assert f"<#{old}>" in story.card(number).all_text
    assert story.members(number) == {"noor", "dana", "ana"}
