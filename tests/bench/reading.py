"""The time of reading: the same with thousands open and a hundred thousand on record as with a hundred."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

from sqlalchemy import select

from bot.database.queries import IS_LIVE
from bot.models.escalation import Escalation
from bot.policy.decide.lifecycle import Move
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.services.bundle import Services
from bot.services.closing.closures import Resolution
from bot.services.declaring.declaration import Declaration
from bot.services.overview.digests import SHOWN
from bot.views.kit import picking
from bot.views.overview import account_page, digest, home, hot_list, listing, picker
from tests.bench.figures import Figure, say
from tests.bench.population import ACCOUNTS, LARGE, MANAGERS, SMALL, populated, services_on
from tests.bench.world import DECLARERS, OWNER, Bench

_TIMES = 16
_WHO = MANAGERS[0]
_URL = "https://sample.example/"
# The largest allowed ratio to the time with a hundred open.
_TARGETS = {"digest of one manager": 2.0, "digests of 50 managers": 2.0}
_TARGET = 1.5
# What somebody waits for, however much is on record.
_AT_ONCE = frozenset({"Home", "list", "page of an account", "hot list", "digest of one manager"})
_AT_ONCE_MS = 50.0


def figures(bench: Bench) -> Iterator[Figure]:
    """Compare reads on a small and a large database, alternating, so that noise affects both alike."""
    for databases in bench.databases():
        say(f"reading: {LARGE} against {SMALL} on {databases.name}")
        with ExitStack() as stack:
            houses = {
                size: _readings(stack.enter_context(services_on(stack.enter_context(populated(databases, size)))))
                for size in (SMALL, LARGE)
            }
            for name in houses[SMALL]:
                times: dict[str, list[float]] = {"small": [], "large": []}
                for turn in range(1 + bench.times(_TIMES)):
                    for which, size in (("small", SMALL), ("large", LARGE)):
                        took = _ms(houses[size][name])
                        if turn:  # the first of each warms caches
                            times[which].append(took)
                # Other load only ever adds time, so the shortest measurement says most.
                small, large = min(times["small"]), min(times["large"])
                details = {"database": databases.name, "ms": round(large, 1), "ms_small": round(small, 1)}
                yield Figure(
                    f"{name} with {LARGE} against {SMALL}",
                    large / small,
                    "times",
                    _TARGETS.get(name, _TARGET),
                    details,
                )
                if name in _AT_ONCE:
                    yield Figure(f"{name} with {LARGE}", large, "ms", _AT_ONCE_MS, {"database": databases.name})


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _readings(services: Services) -> Mapping[str, Callable[[], object]]:
    """Return what is measured, including drawing, as a handler does it."""
    look, digests, numbers = services.escalations, services.digests, count(1)
    # With little open only one of them has as many lines as all have with much open: so hers are drawn fifty times.
    managers = [one if digests.compose(one).counts.total >= SHOWN else _WHO for one in MANAGERS]
    services.accounts.refresh()
    with services.database.transaction() as tx:
        # Of those that need no review, so that resolving takes one form.
        lightest = select(Escalation.id).where(Escalation.level == "sev4", Escalation.is_private.is_(False))
        to_resolve = iter(tx.session.scalars(lightest.where(IS_LIVE).order_by(Escalation.id)).all())
    now = datetime.now(UTC) + timedelta(minutes=1)
    resolution = Resolution(fixed="Restarted.", cause="Deployment", confirmed_by="Jo", confirmed_how="call")

    def declare() -> object:
        number = next(numbers)
        declaration = Declaration(account_id=ACCOUNTS - 100 - number, new_account=None, summary="Down", level="sev3")
        return services.declarations.declare(declaration, by=DECLARERS[0], request=f"B{number}")

    resolved: list[EscalationFacts] = []

    def resolve() -> None:
        resolved.append(services.closures.resolve(next(to_resolve), resolution, by=OWNER))

    def close() -> object:
        facts = resolved.pop()
        closer = facts.holder(RELATIONSHIP_OWNER) or _WHO
        return services.closures.close(facts.number, by=closer, summary="It works again.", finished_on=None)

    return {
        "Home": lambda: home.draw(look.home(_WHO, limit=home.SHOWN), now, workspace_url=_URL),
        "list": lambda: listing.everything(look.listed("", viewer=_WHO).found, now, how=listing.Listing("", _URL)),
        "picker": lambda: picker.draw(
            Move.UPDATE, "Which?", look.open_to(Move.UPDATE, viewer=_WHO, limit=picking.MOST)
        ),
        "picker of what can be reopened": lambda: picker.draw(
            Move.REOPEN, "Which?", look.open_to(Move.REOPEN, viewer=_WHO, limit=picking.MOST)
        ),
        "status of an account": partial(look.meant_by, "Customer 0024", viewer=_WHO),
        "account picker": partial(services.accounts.search, "customer 00", viewer=_WHO),
        "form of a major incident": partial(services.incidents.overview, viewer=_WHO, limit=picking.MOST),
        "page of an account": lambda: account_page.draw(
            services.account_pages.named("Customer 0024", viewer=_WHO), _URL
        ),
        "hot list": lambda: hot_list.draw(services.hot_lists.compose(), "/escalate", as_table=True),
        "digest of one manager": lambda: digest.draw(digests.compose(_WHO), _URL),
        "digests of 50 managers": lambda: [digest.draw(digests.compose(manager), _URL) for manager in managers],
        "declare": declare,
        "resolve": resolve,
        "close": close,
    }
