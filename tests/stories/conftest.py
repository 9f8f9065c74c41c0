"""Stories run on both databases, or on SQLite where the database makes no difference; some over both transports."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.story import Story
from tests.support.story import story as told


@pytest.fixture
def story(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story over Socket Mode."""
    with told(database_url, folder) as begun:
        yield begun


@pytest.fixture
def sqlite_story(sqlite_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story on SQLite only, where the database makes no difference."""
    with told(sqlite_url, folder) as begun:
        yield begun


@pytest.fixture(params=["socket", "http"])
def any_transport(request: pytest.FixtureRequest, database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story over each transport."""
    with told(database_url, folder, transport=request.param) as begun:
        yield begun
