"""A story under a company's own policy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stories.policies.own_policy import OWN, write
from tests.support.story import Story
from tests.support.story import story as told


@pytest.fixture
def own(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story with a policy of the company's own."""
    write(folder, OWN.format(version=1, sev3="1bd"))
    with told(database_url, folder, policy=str(folder / "own.yml")) as begun:
        yield begun
