"""Modules that a started bot has loaded. They take memory and time, so those that only some need load on first use."""

import json
import subprocess
import sys

import pytest

_LOADED = """
import json, sys
import bot.commands.run
from bot import settings
from bot.app import build_services
build_services(settings.load(database_url=sys.argv[1]))
print(json.dumps(sorted(sys.modules)))
"""
# Migrations, charts, calendars, routes and mail, holidays: each is loaded by what uses it first.
_FOR_SOME = {
    "aiosmtplib",
    "alembic",
    "apprise",
    "holidays",
    "icalendar",
    "imap_tools",
    "matplotlib",
    "numpy",
    "pagerduty",
    "recurring_ical_events",
    "sandbox",
}


@pytest.mark.parametrize(("used", "other"), [("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_started_bot_has_loaded_one_database_and_nothing_that_only_some_need(used: str, other: str) -> None:
    address = "sqlite://" if used == "sqlite" else "postgresql://nobody@127.0.0.1:1/none"
    given = [sys.executable, "-c", _LOADED, address]
    ran = subprocess.run(given, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    loaded = set(json.loads(ran.stdout))
    assert f"sqlalchemy.dialects.{used}" in loaded
    assert f"sqlalchemy.dialects.{other}" not in loaded
    assert {name.partition(".")[0] for name in loaded} & _FOR_SOME == set()
