"""State that decisions depend on is in columns; what older versions read from the timeline is migrated."""

import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import select

from bot import settings
from bot.app import build_services
from bot.commands.migrating import upgrade
from bot.database import timeline
from bot.models.escalation import Escalation
from bot.models.pages import TeamQuestion
from bot.services.declaring.declaration import Declaration
from tests.support.members import meet

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def go_back_before(url: str, migration: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    script = next(s for s in ScriptDirectory(str(MIGRATIONS)).walk_revisions() if migration in s.path)
    command.downgrade(config, str(script.down_revision))


def test_signs_questions_and_suggestions_of_an_older_version_are_carried_over(database_url: str) -> None:
    services = build_services(settings.load(database_url=database_url))
    meet(services.database)
    for number in range(2):
        declaration = Declaration(account_id=None, new_account="Acme", summary="Exports are down", level="sev3")
        services.declarations.declare(declaration, by="U01NOOR", request=f"V{number}")
    place = {"team": "tech_support", "channel": "C01", "ts": "1.1"}
    with services.database.transaction() as tx:
        suggested_at = tx.now
        timeline.record(tx, 1, "churn risk", after={"signs": ["They ask for an export"]})
        timeline.record(tx, 1, "churn risk", after={"signs": ["They ask for an export", "A new contact"]})
        timeline.record(tx, 2, "churn risk", after={"signs": ["They ask for an export"]})
        timeline.record(tx, 2, "churn risk over", after={"signs": []})
        timeline.record(tx, 1, "team asked", after=place)
        timeline.record(tx, 1, "team asked", after=place)
        timeline.record(tx, 1, "policy change suggested", after={"cause": "Deployment"})
        for guest in ("U01GUS", "U01IVY", "U01GUS"):
            timeline.record(tx, 1, "outsider in the channel", after={"person": guest, "kind": "guest"})
    services.core.close()
    go_back_before(database_url, "kept_state")
    upgrade(database_url)
    services = build_services(settings.load(database_url=database_url))
    with services.database.transaction() as tx:
        columns = (Escalation.churn_signals, Escalation.policy_suggested_at, Escalation.outsiders)
        kept = tx.session.execute(select(*columns).order_by(Escalation.id)).all()
        asked = tx.session.execute(
            select(TeamQuestion.escalation_id, TeamQuestion.team, TeamQuestion.channel, TeamQuestion.ts)
        ).all()
    services.core.close()
    assert kept == [
        (["They ask for an export", "A new contact"], suggested_at, ["U01GUS", "U01IVY"]),
        ([], None, []),
    ]
    assert asked == [(1, "tech_support", "C01", "1.1")]


# What shows the timeline, exports it or derives numbers from it. No decision may be made from what it says: then a
# changed entry would change what happens.
READERS = {
    "bot.commands.demo",
    "bot.database.homes",
    "bot.database.timeline",
    "bot.services.card.timelines",
    "bot.services.reports.audits",
    "bot.services.reports.export",
    "bot.services.reports.measures",
    "bot.services.reviews.review_records",
    "bot.services.reviews.reviews",  # who wrote a field last, shown to a person who changes it at the same moment
}


def test_nothing_is_decided_by_what_the_timeline_says() -> None:
    bot = MIGRATIONS.parent / "bot"
    readers = {
        ".".join(path.relative_to(bot.parent).with_suffix("").parts)
        for path in bot.rglob("*.py")
        if re.search(r"\bTimelineEntry\b|tables\[.timeline.\]", path.read_text(encoding="utf-8"))
    }
    assert {name for name in readers if not name.startswith("bot.models")} == READERS
