"""A slow Slack, a missing or locked database, and what people see meanwhile."""

import asyncio
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import pytest
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot.database.transaction import Database
from bot.handlers import commands, declaring, patterns
from bot.handlers.kit import account_lookup, account_menu, dispatch, errors, forms
from sandbox.state import triggers
from tests.support.every_press import home_of, mine
from tests.support.person import Form
from tests.support.story import USERS, Story

# How long the lock is waited for in these tests, in milliseconds; everything else waits for less.
_LOCK_MS = 200


@contextmanager
def database_gone() -> Iterator[None]:
    """Make every transaction fail to begin."""

    def gone(*_given: Any, **_more: Any) -> None:
        raise OperationalError("SELECT 1", None, Exception("gone"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "_transaction", gone)
        yield


@contextmanager
def database_locked(story: Story, *, patience: float = 0.1) -> Iterator[None]:
    """Hold the write lock of a story's SQLite database; other writers give up after less than a second.

    A request is answered after `patience` seconds at the latest. A menu gives up sooner and then still has to draw.
    """
    engine = story.program.services.database.engine
    limits = [(dispatch, "PATIENCE_SECONDS", patience), (errors, "_PATIENCE_SECONDS", 0.1)]
    limits += [
        (forms, "_PATIENCE_SECONDS", 0.1),
        (account_lookup, "_SECONDS", 0.05),
        (commands, "_NAMED_SECONDS", 0.05),
        (account_menu, "_MENU_SECONDS", 0.05),
        (declaring, "_EXPLANATION_SECONDS", 0.1),
        (patterns, "_MENU_SECONDS", 0.05),
    ]

    def hurry(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA busy_timeout={_LOCK_MS}")

    other = sqlite3.connect(str(make_url(story.database_url).database), isolation_level=None)
    event.listen(engine, "checkout", hurry)
    try:
        with pytest.MonkeyPatch.context() as patch:
            for module, name, seconds in limits:
                patch.setattr(module, name, seconds)
            other.execute("BEGIN IMMEDIATE")
            yield
            # A single thread writes: it must give up waiting before the lock is released.
            story._run(story.program.services.core.run(lambda: None))
    finally:
        other.execute("ROLLBACK")
        other.close()
        event.remove(engine, "checkout", hurry)


class SlowSlack:
    """Slack accepts every call but responds only on request."""

    def __init__(self, story: Story) -> None:
        self._story = story
        self._may = threading.Event()
        self._told = asyncio.Event()

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Hold the responses to the bot's calls from now on, until `answer` or the end."""
        request = aiohttp.ClientSession._request
        patch = pytest.MonkeyPatch()

        async def held(session: aiohttp.ClientSession, *given: Any, **more: Any) -> Any:
            if not self._may.is_set():
                await self._told.wait()
            return await request(session, *given, **more)

        patch.setattr(aiohttp.ClientSession, "_request", held)
        try:
            yield
        finally:
            self.answer()
            patch.undo()

    def answer(self) -> None:
        """Release the responses."""
        self._may.set()
        self._story._loop.call_soon_threadsafe(self._told.set)


@contextmanager
def triggers_expired() -> Iterator[None]:
    """Make every trigger id arrive too late."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(triggers, "LIFE", -1.0)
        yield


def before_eyes(story: Story, who: str) -> Counter[str]:
    """Return everything somebody sees: messages, ephemeral ones, forms and the Home tab."""
    seen = [message.all_text for channel in mine(story, who) for message in story.messages(channel, who)]
    views = story.control.get("views", user=USERS[who])["views"]
    seen += [f"[{view['callback_id']}] {Form(view).title}\n{Form(view).all_text}" for view in views]
    return Counter([*seen, Form(home_of(story, who)).all_text])
