"""Fixtures of all tests: both databases, sockets on loopback only, fixed seeds in CI.

Libraries that few tests need are imported where they are needed, so that one test of the policy takes a second.
"""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import pytest
import structlog

if TYPE_CHECKING:
    from tests.support.databases import Postgres, Sqlite

PROFILE = pytest.StashKey[str]()

# New objects before a collection; younger collections before an older one. Python's own are 700, 10 and 10.
_GARBAGE = (20_000, 10, 10)
_MEMORY = Path("/dev/shm")  # noqa: S108 - the folders within it are made by tempfile
_ROOM = 4 * 1024**3
STORIES = Path(__file__).parent / "stories"
DEFECTS = (
    "request failed",
    "effect failed",
    "settling failed",
    "firing timers failed",
    "scheduled job failed",
    "account weighting failed",
    "reassessment failed",
    "record repair failed",
    "audit batch failed, continuing one by one",
    "escalation not drawn",
)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose where files go, and register Hypothesis's profiles before its plugin looks for the one asked for."""
    _keep_files_in_memory()
    signal.signal(signal.SIGINT, _interrupt)
    gc.disable()  # what is collected stays; see below
    if profile := config.getoption("--hypothesis-profile"):
        _use_profile(config, profile)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """End the run on Ctrl-C, as Python does.

    Under Python's own handler asyncio installs another for each piece of work, and asks for it afterwards. That writes
    out what the work has returned, such as a whole program, and throws it away: ten seconds for one fixture.
    """
    signal.default_int_handler(number, frame)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> None:
    """Load Hypothesis's profile before the first file that uses it."""
    if PROFILE not in parent.config.stash and file_path.suffix == ".py" and b"hypothesis" in file_path.read_bytes():
        _use_profile(parent.config, "ci" if os.environ.get("CI") else "here")


def _use_profile(config: pytest.Config, profile: str) -> None:
    from hypothesis import settings  # noqa: PLC0415 - see above

    # The same examples each time, so fewer of them do.
    settings.register_profile("ci", deadline=None, derandomize=True, max_examples=60)
    settings.register_profile("here", deadline=None)
    # Fewer examples, for `make test-fast`.
    settings.register_profile("fast", deadline=None, max_examples=20)
    settings.load_profile(profile)
    config.stash[PROFILE] = profile


def _keep_files_in_memory() -> None:
    """Keep the files of tests in memory if there is plenty of room, unless TMPDIR says where they belong.

    Making and dropping a PostgreSQL database takes a tenth of the time there. Nothing has to survive the machine.
    """
    if "TMPDIR" not in os.environ and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = str(_MEMORY)
        tempfile.tempdir = None  # it is asked for anew


@pytest.fixture(autouse=True)
def defects() -> Iterator[list[str]]:
    """Fail whatever test the program logged a defect in; one that provokes a defect empties the list."""
    found: list[str] = []

    def watch(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        if event["event"] in DEFECTS:
            found.append(f"{event['event']}\n{event.get('exception', '')}")
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.processors.format_exc_info, watch])
    yield found
    structlog.reset_defaults()
    assert not found, "\n".join(found)


@pytest.fixture(scope="session")
def _sqlite(tmp_path_factory: pytest.TempPathFactory) -> "Sqlite":
    from tests.support.databases import Sqlite  # noqa: PLC0415 - see above

    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def _postgres() -> "Iterator[Postgres]":
    from tests.support.databases import postgres  # noqa: PLC0415 - see above

    with postgres() as server:
        yield server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for a database on both; a story on SQLite, unless it is marked `both_databases`.

    Most of a story makes no difference to the database. Claims, locks, concurrency, JSON and times do.
    """
    given = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "database_url" in metafunc.fixturenames and "database_url" not in given:
        is_story = STORIES in metafunc.definition.path.parents
        one = is_story and metafunc.definition.get_closest_marker("both_databases") is None
        metafunc.parametrize("database_url", ["sqlite"] if one else ["sqlite", "postgresql"], indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the crash tests first: they take longest, and the other workers take over what waits behind them."""
    items.sort(key=lambda item: item.get_closest_marker("crash") is None)


def pytest_collection_finish() -> None:
    """Keep the garbage collector from looking through thousands of tests and modules that stay, again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GARBAGE)
    gc.enable()


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Hand out the address of a fresh, migrated database."""
    databases: Sqlite | Postgres = request.getfixturevalue(
        {"sqlite": "_sqlite", "postgresql": "_postgres"}[request.param]
    )
    with databases.fresh() as url:
        yield url


@pytest.fixture
def sqlite_url(_sqlite: "Sqlite") -> Iterator[str]:
    """Hand out the address of a fresh, migrated SQLite database, where one database is enough."""
    with _sqlite.fresh() as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Hand out an empty folder."""
    return tmp_path
