"""Every form there is: sent twice it has one effect; sent while the database or Slack is away, nothing is lost."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from bot.database.transaction import Database
from bot.handlers.kit import dispatch
from bot.models.directory import DirectoryChange
from bot.models.drills import Drill, DrillEventRow
from bot.models.escalation import Escalation
from bot.models.on_call import Away, ShiftTaken
from bot.models.timeline import TimelineEntry
from bot.models.trainees import TraineeRow, TrainingMark
from bot.views.kit import ids
from tests.support.every_form import FORMS
from tests.support.forged import forged
from tests.support.person import Form, Json
from tests.support.story import USERS, Story
from tests.support.story import story as told
from tests.support.trouble import SlowSlack

AWAY = "We can't reach the database, so this may not be saved. Try again in a minute"
EVERY_FORM = pytest.mark.parametrize("name", FORMS)


@contextmanager
def opened(name: str, database_url: str, folder: Path) -> Iterator[tuple[Story, str]]:
    """Yield a story up to where somebody has a form open; return who."""
    with told(database_url, folder, policy=FORMS[name].policy) as story:
        who = FORMS[name].open(story)
        assert story.form(who).raw["callback_id"] == name
        yield story, who


def record(story: Story) -> tuple[list[Any], list[Any]]:
    """Return all escalations and the whole timeline, with what forms write beside it."""
    with story.program.services.database.transaction() as tx:
        escalations = tx.session.scalars(select(Escalation.id).order_by(Escalation.id)).all()
        columns = [column for column in TimelineEntry.__table__.columns if column.name != "id"]
        entries = list(tx.session.execute(select(*columns).order_by(TimelineEntry.id)).all())
        for table in (ShiftTaken, Away, DirectoryChange, TraineeRow, TrainingMark):
            entries += tx.session.execute(select(table.__table__)).all()
        entries += tx.session.execute(select(Drill.person, Drill.scenario_key)).all()
        entries += tx.session.execute(select(DrillEventRow.key, DrillEventRow.text)).all()
    return list(escalations), [repr(tuple(entry)) for entry in entries]


def shown(story: Story) -> Counter[tuple[str, str]]:
    """Return everything that has been posted anywhere, and how often."""
    names = {user_id: name for name, user_id in USERS.items()}
    seen = []
    for channel in story.state()["channels"]:
        readers = [names[member] for member in (channel.get("user"), *channel["members"]) if member in names]
        for who in readers[:1]:
            seen += [(channel["id"], message.all_text) for message in story.messages(channel["id"], who)]
    return Counter(seen)


# Forms that show something new when they are sent: the progress with its failures, the next question, the result. Every
# other one closes: none is left open only to say that something worked.
GOES_ON = {ids.SIMULATE, ids.ADMIN_ENTRY, ids.SHADOW, ids.TRAINING}
# Which of two deliveries at once is answered first is open: one shows the directory, the other has nothing to add.
RESULTS = {name: {"updated", "closed"} for name in (ids.ADMIN_ENTRY, ids.SHADOW, ids.TRAINING)}


def answered(answer: Json) -> str:
    """Return all that somebody reads after sending a form: at its fields, or in what it has become."""
    return f"{answer.get('errors')} {Form(answer['view']).all_text if answer.get('view') else ''}"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Json]:
    """Return the forms that reach the bot, as they come."""
    found: list[Json] = []
    dispatch_ = dispatch.Dispatch.async_dispatch

    async def noted(self: dispatch.Dispatch, req: AsyncBoltRequest) -> BoltResponse:
        if req.body.get("type") == "view_submission":
            found.append(dict(req.body))
        return await dispatch_(self, req)

    monkeypatch.setattr(dispatch.Dispatch, "async_dispatch", noted)
    return found


@EVERY_FORM
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # where two things do happen at once
def test_a_form_that_arrives_twice_has_one_effect(name: str, database_url: str, folder: Path, sent: list[Json]) -> None:
    with opened(name, database_url, folder) as (story, who):
        before, posted = record(story), shown(story)
        sent.clear()
        # Slack delivers it twice, at the same moment.
        story.control.post("faults", kind="duplicate", delivery="interactive:view_submission", times=1)
        answer = story.by_hand("submit", who, values=dict(FORMS[name].values))
        assert answer["result"] in RESULTS.get(name, {"updated" if name in GOES_ON else "closed"}), answer
        assert len(sent) == 2
        assert sent[0] == sent[1]
        after, said = record(story), shown(story)
        assert (after != before) == FORMS[name].writes
        fresh = Counter(after[1]) - Counter(before[1])
        assert not [entry for entry, times in fresh.items() if times > 1]
        assert len(after[0]) - len(before[0]) <= 1
        assert not [words for words, times in (said - posted).items() if times > 1]
        # And once more, when everything has been done.
        story.hear(sent[0])
        assert record(story) == after
        assert shown(story) == said


@EVERY_FORM
def test_a_form_sent_while_the_database_is_away_says_so_and_sent_again_waits_for_no_answer_of_slack(
    name: str, sqlite_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, sent: list[Json]
) -> None:
    with opened(name, sqlite_url, folder) as (story, who):
        before = record(story)
        case = FORMS[name]
        with monkeypatch.context() as patch:
            patch.setattr(Database, "_transaction", gone)
            answer = story.control.post("submit", user=USERS[who], values=dict(case.values))
        if case.reads:
            assert AWAY in answered(answer)
            assert story.form(who).raw["callback_id"] == name, "the form is open still, with all that was typed"
        with monkeypatch.context() as patch, locked(sqlite_url):
            patch.setattr(dispatch, "PATIENCE_SECONDS", 0.3)
            answer = story.control.post("submit", user=USERS[who], values=dict(case.values))
            if case.reads:
                assert AWAY in answered(answer)
        # The lock is gone: what waited for it may have been written by now, and sent again it is written once. Slack
        # answers nothing until the form was answered, which is longer than the four seconds of a slow one.
        slack = SlowSlack(story)
        with slack.holding():
            answer = story.control.post("submit", user=USERS[who], values=dict(case.values))
            assert answer["result"] in {"closed", "updated"}, answer
            if case.writes:
                assert record(story) != before, "it is written before Slack has answered anything"
        story.settle()
        after = record(story)
        assert (after != before) == case.writes
        fresh = Counter(after[1]) - Counter(before[1])
        assert not [entry for entry, times in fresh.items() if times > 1]
        # What the form never offered, as after a change of the policy, is answered in words: no apology, no traceback.
        for what, body in forged(sent[-1]):
            with capture_logs() as logs:
                assert story.hear(body, settles=False).status == 200
            assert not [log for log in logs if log["event"] == "request failed"], what


def gone(*_given: Any, **_more: Any) -> None:
    raise OperationalError("SELECT 1", None, Exception("gone"))


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold the write lock of a SQLite database from another connection, so that nobody gets a transaction."""
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()
