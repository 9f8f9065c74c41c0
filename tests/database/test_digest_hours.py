"""Somebody may choose when their digest comes from two windows at once."""

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from bot.database import digest_hours
from bot.models.digest_choice import DigestChoice
from tests.support.story import Story
from tests.support.story import story as told


@pytest.fixture
def begun(database_url: str, folder: Path) -> Iterator[Story]:
    with told(database_url, folder) as story:
        yield story


@pytest.mark.both_databases
def test_two_choices_at_once_leave_one_of_them(begun: Story) -> None:
    database, start = begun.program.services.database, Barrier(2)
    errors: list[Exception] = []

    def choose(hour: int) -> None:
        start.wait()
        try:
            with database.transaction() as tx:
                digest_hours.keep(tx, DigestChoice, "U01MARIA", hour, [hour % 7])
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says it
            errors.append(error)

    both = [Thread(target=choose, args=(hour,)) for hour in (7, 8)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert errors == []
    with database.transaction() as tx:
        (row,) = tx.session.scalars(select(DigestChoice))
        assert (row.hour, row.days) in [(7, [0]), (8, [1])]
