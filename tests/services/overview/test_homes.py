"""Open Home tabs follow what changes at a fixed cost, however many people look at theirs."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import func, insert, select, update

from bot.database import homes
from bot.database.queries import IS_LIVE
from bot.models.account import Person, PersonState
from bot.models.escalation import Escalation
from bot.models.timeline import TimelineEntry
from bot.models.work import Effect, EffectKind
from bot.policy.members import MemberType
from bot.services.bundle import Services
from tests.bench.population import Size, populate, services_on
from tests.bench.world import OWNER
from tests.support.statements import Statements, watched

SIZE = Size(live=120, ended=60)
OPEN = 5000


@contextmanager
def company(url: str, looking: int) -> Iterator[Services]:
    """Yield a company of which many have their Home tab open and take part in nothing."""
    populate(url, SIZE)
    with services_on(url) as services:
        with services.database.transaction() as tx:
            crowd = [
                {
                    "slack_id": f"U9{number:05}",
                    "state": PersonState.ACTIVE,
                    "member_type": MemberType.MEMBER,
                    "checked_at": tx.now,
                    "home_opened_at": tx.real_now,
                }
                for number in range(looking)
            ]
            if crowd:
                tx.session.execute(insert(Person), crowd)
            tx.session.execute(update(Person).values(home_seen=select(func.max(TimelineEntry.id)).scalar_subquery()))
        yield services


def unacknowledged(services: Services) -> list[int]:
    with services.database.transaction() as tx:
        waiting = (IS_LIVE, Escalation.acknowledged_at.is_(None))
        return list(tx.session.scalars(select(Escalation.id).where(*waiting).order_by(Escalation.id)))


def drawn(services: Services) -> list[str]:
    """Return whose tab is queued to be drawn."""
    with services.database.transaction() as tx:
        queued = tx.session.scalars(select(Effect.payload).where(Effect.kind == EffectKind.HOME)).all()
        return [payload["person"] for payload in queued]


def acknowledging(url: str, looking: int) -> Statements:
    """Return what one acknowledgement asks of the database."""
    with company(url, looking) as services:
        first, second, *_ = unacknowledged(services)
        services.acknowledgements.acknowledge(first, by=OWNER)  # statements are compiled once
        with watched(services.database.engine) as found:
            services.acknowledgements.acknowledge(second, by=OWNER)
        assert not [person for person in drawn(services) if person.startswith("U9")], "nobody else is drawn by a change"
        return found


@pytest.mark.parametrize("kind", ["_sqlite", "_postgres"])
def test_a_change_costs_the_same_however_many_tabs_are_open(kind: str, request: pytest.FixtureRequest) -> None:
    databases = request.getfixturevalue(kind)
    with databases.fresh() as few, databases.fresh() as many:
        alone, crowded = acknowledging(few, 0), acknowledging(many, OPEN)
    assert crowded.run == alone.run
    assert crowded.rows == alone.rows


def test_many_changes_redraw_a_fixed_number_of_tabs_a_minute_each_once(database_url: str) -> None:
    with company(database_url, OPEN) as services:
        assert services.escalations.redraw_homes() == 0, "nothing has changed"
        for number in unacknowledged(services)[:8]:
            services.acknowledgements.acknowledge(number, by=OWNER)
        before = len(drawn(services))
        for _ in range(3):
            with watched(services.database.engine) as found:
                assert services.escalations.redraw_homes() == homes.SWEPT
            assert found.count <= 4, found.run
        crowd = [person for person in drawn(services) if person.startswith("U9")]
        assert len(crowd) == len(set(crowd)) == 3 * homes.SWEPT
        assert len(drawn(services)) == before + 3 * homes.SWEPT
        # Those who were not drawn yet come first also when something changes again.
        services.acknowledgements.acknowledge(unacknowledged(services)[0], by=OWNER)
        services.escalations.redraw_homes()
        crowd = [person for person in drawn(services) if person.startswith("U9")]
        assert len(crowd) == len(set(crowd)) == 4 * homes.SWEPT


def test_a_tab_left_hours_ago_is_left_alone(database_url: str) -> None:
    with company(database_url, 3) as services:
        services.acknowledgements.acknowledge(unacknowledged(services)[0], by=OWNER)
        with services.database.transaction() as tx:
            left = update(Person).where(Person.slack_id == "U900000")
            tx.session.execute(left.values(home_opened_at=tx.real_now - homes.WATCHED))
        assert services.escalations.redraw_homes() == 2
        assert services.escalations.redraw_homes() == 0
