"""A burst: many people declare at the same moment; each is answered at once and gets a channel."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from bot.database import outbox
from bot.policy.record.escalation import EscalationFacts
from bot.services.declaring import burst_queue
from bot.services.declaring.burst_queue import BurstQueue, QueuedDeclaration
from bot.services.declaring.declaration import Declaration
from bot.services.declaring.declarations import Declarations
from tests.support.person import Json
from tests.support.story import FRIDAY_MORNING, USERS, WORKSPACE, Story, moment
from tests.support.story import story as told

pytestmark = pytest.mark.both_databases

PEOPLE = tuple(f"U02P{number:02}" for number in range(12))
_LINES = "".join(f"  - {{id: {who}, name: {who.lower()}, email: {who.lower()}@example.com}}\n" for who in PEOPLE)
_NOBODY = 999


@pytest.fixture(params=["socket", "http"])
def large(request: pytest.FixtureRequest, database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story of a company with more people, over each transport."""
    workspace = WORKSPACE.replace("channels:\n", f"{_LINES}channels:\n")
    workspace = workspace.replace(USERS["noor"] + "]", ", ".join((USERS["noor"], *PEOPLE)) + "]")
    with told(database_url, folder, transport=request.param, workspace=workspace) as begun:
        yield begun


def open_forms(story: Story) -> None:
    """Open the form for everybody and fill it in."""
    for who in PEOPLE:
        story.control.post("command", user=who, channel="general", command="/escalate", text="")
    story.settle()
    for who in PEOPLE:
        values = {"account": "Acme", "summary": f"Down at {who}", "level": "sev3"}
        assert not story.control.post("fill", user=who, values=values)["errors"]


def send_at_once(story: Story) -> Sequence[Json]:
    """Send everybody's form at the same moment; return what each is answered."""
    with ThreadPoolExecutor(len(PEOPLE)) as threads:
        return list(threads.map(lambda who: story.control.post("submit", user=who, values={}), PEOPLE))


def declared(story: Story) -> Sequence[EscalationFacts]:
    """Return the escalations there are."""
    return [facts for facts, _ in story.program.services.escalations.live(viewer=USERS["maria"], limit=100).shown]


def store(story: Story, who: str, *, account_id: int = 1, description: str = "") -> None:
    """Open a form for somebody and submit it as one of a burst."""
    story.command(who)
    declaration = Declaration(
        account_id=account_id,
        new_account=None,
        summary="Exports are down",
        level="sev3",
        description=description,
        directly=True,
    )
    services = story.program.services
    sent = QueuedDeclaration(declaration=declaration, by=USERS[who], view_id=story.form(who).raw["id"])
    BurstQueue(services.core, services.declarations).store([sent])


def test_everybody_in_a_burst_gets_a_channel_and_nobody_two(large: Story) -> None:
    open_forms(large)
    large.control.post("faults", kind="duplicate", times=3)
    answers = send_at_once(large)
    assert {answer["result"] for answer in answers} == {"closed"}
    large.settle()
    found = declared(large)
    assert sorted(facts.declared_by for facts in found) == sorted(PEOPLE)
    channels = large.state()["channels"]
    made = {channel["id"] for channel in channels if str(channel.get("name")).startswith("esc-")}
    assert made == {facts.channel_id for facts in found}
    assert len(made) == len(PEOPLE)
    for facts in found:
        assert facts.summary == f"Down at {facts.declared_by}"
        assert facts.declared_by in large.channel(facts.number)["members"]
        told = large.control.get("messages", user=facts.declared_by, channel="general")["messages"]
        assert [message["text"].split(".")[0] for message in told if "is declared" in message["text"]] == [
            f"{facts.key} for Acme is declared: <#{facts.channel_id}>"
        ]


def test_what_was_written_down_is_declared_after_a_stop_and_counts_from_when_it_was_sent(story: Story) -> None:
    store(story, "noor")
    story.outage(hours=2)
    assert [facts.declared_at for facts in declared(story)] == [moment(FRIDAY_MORNING)]
    assert any("ESC-1 for Acme is declared" in message.text for message in story.direct("noor"))


def test_what_was_written_down_twice_is_declared_once(story: Story) -> None:
    store(story, "noor")
    view_id = story.form("noor").raw["id"]
    services = story.program.services
    declaration = Declaration(account_id=1, new_account=None, summary="Exports are down", level="sev3")
    again = QueuedDeclaration(declaration=declaration, by=USERS["noor"], view_id=view_id)
    BurstQueue(services.core, services.declarations).store([again])
    story.settle()
    BurstQueue(services.core, services.declarations).store([again])
    story.settle()
    assert [facts.number for facts in declared(story)] == [1]


def test_who_cannot_declare_what_was_written_down_reads_why_with_all_they_typed(story: Story) -> None:
    store(story, "noor", account_id=_NOBODY, description="Since 9:00.\nJo called.")
    story.settle()
    said = story.direct("noor")[-1].all_text
    assert "Not declared.* That account is no longer in the directory" in said
    assert ">Exports are down\n>Since 9:00.\n>Jo called." in said
    assert not declared(story)


def test_who_waits_longer_than_a_moment_is_told_that_it_is_saved(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst_queue, "_PAUSE", timedelta(minutes=5))
    store(story, "noor")
    story.forward(seconds=6)
    assert story.direct("noor")[-1].text.startswith("Your declaration is saved, and its clocks run.")
    story.forward(minutes=6)
    assert story.direct("noor")[-1].text.startswith("ESC-1 for Acme is declared")


def test_a_person_whose_declaration_keeps_failing_learns_that_it_is_kept(
    story: Story, monkeypatch: pytest.MonkeyPatch, defects: list[str]
) -> None:
    def break_down(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("out of order")

    with monkeypatch.context() as broken:
        broken.setattr(Declarations, "declare", break_down)
        store(story, "noor")
        story.settle()
    assert "is saved, but it's *not an escalation yet*" in story.direct("noor")[-1].text
    assert len(defects) > 1
    defects.clear()
    with story.program.services.database.transaction() as tx:
        outbox.unpark(tx, None)
    story.settle()
    assert [facts.summary for facts in declared(story)] == ["Exports are down"]
