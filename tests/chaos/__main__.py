"""`make chaos`: breaks the real processes on purpose for minutes and prints what was lost, one JSON line a run.

People declare, acknowledge and update all the while. Afterwards Slack and the database are compared: accepted
declarations that are missing, duplicate messages, pages that reached nobody, and the longest time from a submit to the
card.
"""

import argparse
import itertools
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import DBAPIError

from bot.models.escalation import Escalation
from bot.models.pages import Page
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.views.kit import ids
from tests.chaos import hurried
from tests.chaos.trouble import TROUBLES, Trouble
from tests.crash.aftermath import MESSAGES, Aftermath
from tests.crash.company import PEOPLE, Company, company, wait
from tests.support.databases import Sqlite, postgres

_PATIENCE = 180.0
_ACCOUNTS = ("Acme", "Globex", "Initech")
# Seconds between two declarations. Slack allows twenty channels and twenty bookmarks a minute, and each declaration
# needs two bookmarks: faster than this, Slack's rate limits are measured and not the recovery.
_PACE = 6.0


@dataclass
class Crowd:
    """People who declare, acknowledge and update until stopped."""

    place: Company
    who: tuple[str, ...] = ("noor", "ben", "cleo", "eli")
    submitted: dict[int, float] = field(default_factory=dict)
    updates: int = 0
    gave_up: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Start one thread per person."""
        for place, (who, account) in enumerate(zip(self.who, itertools.cycle(_ACCOUNTS))):
            thread = threading.Thread(target=self._work, args=(who, account, place * _PACE), daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """Wait until everybody has finished."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_PATIENCE)

    def _work(self, who: str, account: str, first_after: float) -> None:
        turn = time.monotonic() + first_after
        while not self._stop.wait(max(0.0, turn - time.monotonic())):
            turn = max(turn, time.monotonic()) + _PACE * len(self.who)
            try:
                self.place.fill_in(who, account)
                began = time.time()
                number = self.place.submit(who)
                self.submitted[number] = began
                self._follow(who, number)
            except AssertionError:
                self.gave_up += 1
                with suppress(AssertionError):
                    self.place.slack.control.post("close", user=PEOPLE[who])

    def _follow(self, who: str, number: int) -> None:
        """Acknowledge and post an update as soon as the card is there."""
        control, person = self.place.slack.control, PEOPLE[who]
        if not wait(lambda: bool(self._channel(number)) or self._stop.is_set(), _PATIENCE) or self._stop.is_set():
            return
        channel = self._channel(number)
        control.post("press", user=person, channel=channel, action_id=ids.PRESS_ACKNOWLEDGE)
        control.post("command", user=person, channel="general", text=f"update ESC-{number}")
        if wait(lambda: bool(control.get("views", user=person)["views"]), 5):
            values = {"known": f"Update of {who}", "customer_text": "We're on it."}
            if control.post("submit", user=person, values=values).get("result") == "closed":
                self.updates += 1
            else:
                control.post("close", user=person)

    def _channel(self, number: int) -> str | None:
        row = select(Escalation.channel_id).where(Escalation.id == number, Escalation.card_ts.is_not(None))
        with suppress(DBAPIError), self.place.engine.connect() as connection:
            return connection.execute(row).scalar_one_or_none()
        return None


def measure(name: str, trouble: Trouble, database: str, place: Company, seconds: float) -> Mapping[str, Any]:
    """Run the crowd through the trouble, wait for rest, and count."""
    for _ in range(trouble.replicas):
        bot = place.hire()
        if trouble.speed != 1:
            bot.program = (sys.executable, hurried.__file__, str(trouble.speed))
        bot.start()
    for bot in place.bots:
        bot.wait_ready()
    crowd = Crowd(place)
    crowd.start()
    until = time.monotonic() + seconds
    trouble.make(place, until)
    crowd.stop()
    at_rest = wait(lambda: _is_at_rest(place), _PATIENCE)
    return {"run": name, "database": database, "at rest": at_rest, **_counted(place, crowd)}


def _is_at_rest(place: Company) -> bool:
    try:
        return not place.unfinished()
    except DBAPIError:
        return False


def _counted(place: Company, crowd: Crowd) -> dict[str, Any]:
    with place.engine.connect() as connection:
        rows = {row.id: row for row in connection.execute(select(Escalation.id, Escalation.card_ts))}
        effects = connection.execute(select(Effect.id, Effect.kind, Effect.state, Effect.error)).all()
        pages = connection.execute(select(func.count()).select_from(Page)).scalar_one()
        # If somebody acknowledges before the page has gone out, nobody needs it any more.
        needless = Page.acknowledged_by.is_not(None)
        reached = connection.execute(
            select(func.count()).select_from(Page).where(or_(Page.sent_at.is_not(None), needless))
        ).scalar_one()
        overdue = connection.execute(select(func.count()).where(Timer.failures > 0)).scalar_one()
    posted = Aftermath(place).posted
    twice = {effect for effect, times in posted.items() if times > 1}
    kinds = {effect.id: effect.kind for effect in effects}
    wanted = {effect.id for effect in effects if effect.state == EffectState.DONE and effect.kind in MESSAGES}
    parked = Counter(str(effect.error) for effect in effects if effect.state == EffectState.PARKED)
    waits = [
        float(rows[number].card_ts) - began
        for number, began in crowd.submitted.items()
        if number in rows and rows[number].card_ts
    ]
    return {
        "declared": len(crowd.submitted),
        "updates": crowd.updates,
        "lost": len(set(crowd.submitted) - set(rows)) + len(wanted - set(posted)),
        "without a card": sum(1 for number in crowd.submitted if number in rows and not rows[number].card_ts),
        "doubled": len(twice),
        "doubled pages": sum(1 for effect in twice if kinds.get(effect) == EffectKind.PAGE),
        "pages": pages,
        "pages that reached nobody": pages - reached,
        "parked": dict(parked),
        "timers that failed": overdue,
        "longest submit to card (s)": round(max(waits, default=0.0), 1),
        "people gave up": crowd.gave_up,
    }


@contextmanager
def _database(name: str, folder: Path) -> Iterator[str]:
    if name == "sqlite":
        with Sqlite(folder).fresh() as url:
            yield url
    else:
        with postgres() as server, server.fresh() as url:
            yield url


def main() -> None:
    """Run what was requested; the exit status is 1 if anything was lost, duplicated, or never came to rest."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--only", action="append", choices=list(TROUBLES), help="this trouble alone; may be repeated")
    parser.add_argument("--database", action="append", choices=["sqlite", "postgresql"], help="may be repeated")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each trouble lasts")
    asked = parser.parse_args()
    good = True
    for name in asked.only or TROUBLES:
        trouble = TROUBLES[name]
        for database in asked.database or ["sqlite", "postgresql"]:
            if database not in trouble.databases:
                continue
            with (
                tempfile.TemporaryDirectory(prefix="chaos") as folder,
                _database(database, Path(folder)) as url,
                company(url, Path(folder)) as place,
            ):
                found = measure(name, trouble, database, place, asked.seconds)
            sys.stdout.write(f"{json.dumps(found)}\n")
            sys.stdout.flush()
            good = good and found["at rest"] and not found["lost"] and not found["doubled"] and not found["parked"]
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
