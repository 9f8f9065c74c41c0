"""Kinds of trouble, each lasting until a moment of the monotonic clock."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import psutil
from sqlalchemy import make_url, text

from tests.bench.processes import Process
from tests.crash.company import Company, wait

HURRY = 60
# Seconds of normal operation after a kill.
_RECOVERY = 10
BOTH = ("sqlite", "postgresql")
_CHANCE = random.Random(20_260_306)  # noqa: S311 - not for secrets
# Responses of proxies and maintenance pages, never Slack's.
_NONSENSE: tuple[Mapping[str, object], ...] = (
    {"status": 200, "body": "<html>maintenance</html>"},
    {"status": 403, "body": "<html>forbidden</html>"},
    {"status": 404, "body": "not found", "content_type": "text/plain"},
    {"status": 407, "body": ""},
    {"status": 200, "body": "null", "content_type": "application/json"},
    {"status": 200, "body": "[]", "content_type": "application/json"},
    {"status": 200, "body": '{"ok": fal', "content_type": "application/json"},
    {"status": 200, "body": '{"ok": false, "error": "org_login_required"}', "content_type": "application/json"},
    {"status": 429, "body": "", "retry_after": "Wed, 21 Oct 2026 07:28:00 GMT"},
)


@dataclass(frozen=True)
class Trouble:
    """A kind of trouble, with how many replicas, on which databases."""

    make: Callable[[Company, float], None]
    replicas: int = 1
    databases: tuple[str, ...] = BOTH
    # The speed of the bot's business clock.
    speed: float = 1


def kill(place: Company, until: float) -> None:
    """Kill the process while it creates a channel, restart it at once, and let it recover."""
    while time.monotonic() < until:
        wait(partial(_has_more, place.accepted, len(place.accepted)), _RECOVERY)
        time.sleep(_CHANCE.uniform(0, 0.3))
        place.bot.kill()
        place.bot.start()
        time.sleep(_RECOVERY)


def kill_again(place: Company, until: float) -> None:
    """Kill the process every few seconds, often before it has recovered."""
    while time.monotonic() < until:
        time.sleep(_CHANCE.uniform(2, 7))
        place.bot.kill()
        place.bot.start()


def freeze(place: Company, until: float) -> None:
    """Freeze one replica after another for longer than any lease, and resume it."""
    turn = 0
    while time.monotonic() < until:
        process = _process(place, turn % len(place.bots))
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(20)
        os.kill(process.pid, signal.SIGCONT)
        time.sleep(3)
        turn += 1


def freeze_and_kill(place: Company, until: float) -> None:
    """Freeze one replica while the other is killed and restarted."""
    while time.monotonic() < until:
        os.kill(_process(place, 0).pid, signal.SIGSTOP)
        time.sleep(5)
        place.bots[1].kill()
        place.bots[1].start()
        time.sleep(15)
        os.kill(_process(place, 0).pid, signal.SIGCONT)
        time.sleep(3)


def stop_database(place: Company, until: float) -> None:
    """Stop the database server twice, for a quarter of the time each."""
    pause = (until - time.monotonic()) / 4
    for how in (signal.SIGINT, signal.SIGQUIT):  # PostgreSQL's "fast" and "immediate" shutdown
        time.sleep(pause / 2)
        server = _postmaster(place)
        arguments, folder, environment = [server.exe(), *server.cmdline()[1:]], server.cwd(), server.environ()
        # If run by root, the wheel gives the server a user of its own: PostgreSQL refuses to run as root.
        user = server.uids().real if os.geteuid() == 0 else None
        server.send_signal(how)
        server.wait(30)
        time.sleep(pause)
        said = subprocess.DEVNULL
        subprocess.Popen(arguments, cwd=folder, env=environment, user=user, stdout=said, stderr=said)  # noqa: S603 - as it ran before
        time.sleep(pause / 2)


def hang_database(place: Company, until: float) -> None:
    """Freeze the database server for half of the time."""
    pause = (until - time.monotonic()) / 2
    family = [_postmaster(place), *_postmaster(place).children(recursive=True)]
    for process in family:
        process.suspend()
    time.sleep(pause)
    for process in family:
        process.resume()
    time.sleep(pause)


def cut_connections(place: Company, until: float) -> None:
    """Keep closing every connection to the database."""
    others = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    while time.monotonic() < until:
        time.sleep(1)
        with place.engine.connect() as connection:
            connection.execute(text(f"SELECT pg_terminate_backend(pid) {others}"))


def slack_away(place: Company, until: float) -> None:
    """Fail every call to Slack for half of the time."""
    place.slack.control.post("faults", kind="status", status=503)
    time.sleep((until - time.monotonic()) / 2)
    place.slack.control.delete("faults")
    time.sleep(max(0.0, until - time.monotonic()))


def slack_away_for_hours(place: Company, until: float) -> None:
    """Fail every call to Slack for three hours of the bot's clock, whatever the requested time."""
    del until
    time.sleep(10)
    place.slack.control.post("faults", kind="status", status=503)
    time.sleep(3 * 3600 / HURRY)
    place.slack.control.delete("faults")
    time.sleep(20)
    # What nobody answers rings on. At this speed that is more than Slack's rates allow, so it would never come to rest.
    os.kill(_process(place, 0).pid, signal.SIGUSR1)


def slack_hangs(place: Company, until: float) -> None:
    """Leave every call to Slack without a response for half of the time."""
    place.slack.control.post("faults", kind="hang")
    time.sleep((until - time.monotonic()) / 2)
    place.slack.control.delete("faults")
    time.sleep(max(0.0, until - time.monotonic()))


def lost_answers(place: Company, until: float) -> None:
    """Lose responses of calls that create something."""
    while time.monotonic() < until:
        for method in ("conversations.*", "chat.postMessage", "bookmarks.add", "pins.add"):
            place.slack.control.post("faults", kind="lost", method=method, times=1)
        time.sleep(3)
    place.slack.control.delete("faults")


def nonsense(place: Company, until: float) -> None:
    """Respond as a server that is not Slack, in one way after another."""
    pause = (until - time.monotonic()) / (2 * len(_NONSENSE))
    for answer in _NONSENSE:
        place.slack.control.post("faults", kind="nonsense", **answer)
        time.sleep(pause)
        place.slack.control.delete("faults")
        time.sleep(pause)


def twice(place: Company, until: float) -> None:
    """Deliver everything twice, and drop the sockets now and then."""
    place.slack.control.post("faults", kind="duplicate", delivery="*")
    while time.monotonic() < until:
        time.sleep(5)
        place.slack.control.post("faults", kind="disconnect")
    place.slack.control.delete("faults")


TROUBLES: Mapping[str, Trouble] = {
    "SIGKILL": Trouble(kill),
    "SIGKILL again and again": Trouble(kill_again),
    "SIGSTOP of each of two replicas": Trouble(freeze, replicas=2, databases=("postgresql",)),
    "SIGSTOP of one and SIGKILL of the other": Trouble(freeze_and_kill, replicas=2, databases=("postgresql",)),
    "database stopped": Trouble(stop_database, databases=("postgresql",)),
    "database hangs": Trouble(hang_database, databases=("postgresql",)),
    "connections cut": Trouble(cut_connections, databases=("postgresql",)),
    "Slack away": Trouble(slack_away),
    "Slack away for three hours": Trouble(slack_away_for_hours, speed=HURRY),
    "Slack hangs": Trouble(slack_hangs),
    "answers lost": Trouble(lost_answers),
    "answers that are not Slack's": Trouble(nonsense),
    "everything delivered twice, sockets cut": Trouble(twice),
}


def _has_more(accepted: Sequence[int], than: int) -> bool:
    return len(accepted) > than


def _process(place: Company, number: int) -> Process:
    process = place.bots[number].process
    if process is None:
        raise LookupError("the bot has not been started")
    return process


def _postmaster(place: Company) -> psutil.Process:
    """Return this run's server: its socket is in its data folder."""
    folder = str(make_url(place.database_url).query["host"])
    servers = (process for process in psutil.process_iter(["cmdline"]) if folder in (process.info["cmdline"] or []))
    return next(servers)
