"""A month's ledger, made by hand: some thirty escalations with every odd case, for `test_numbers.py`.

All times are wall time in New York, where the clocks were put forward in the night to Sunday, 8 March 2026. Business
hours are Monday to Friday, 09:00 to 18:00. The period is March, and it is looked at on Wednesday, 1 April, at noon.

The clocks of the levels, as in the preset `sev`:

    level   acknowledge          stop the impact
    sev1    15 min, 24x7         4 h, 24x7
    sev2    1 h, 24x7            1 business day
    sev3    1 business day       5 business days
    sev4    2 business days      -
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.policy.file.loading import preset
from bot.policy.record.measures import CaseLedger, LedgerEvent
from bot.policy.record.promises import PromiseGroup, PromiseState
from bot.policy.record.sla import ClockFacts, Span, Terms
from bot.policy.time.durations import Duration
from tests.support.story import moment

POLICY = preset("sev")
STATES = {
    "K": PromiseState.KEPT,
    "L": PromiseState.LATE,
    "B": PromiseState.BROKEN,
    "-": PromiseState.LIFTED,
    "o": PromiseState.OPEN,
}
_TERMS = {
    "sev1": (("15m", "24x7"), ("4h", "24x7")),
    "sev2": (("1h", "24x7"), ("1bd", "business")),
    "sev3": (("1bd", "business"), ("5bd", "business")),
    "sev4": (("2bd", "business"), None),
    None: (None, None),
}


def at(text: str) -> datetime:
    """Return a time of 2026 in New York, from `Mon 03-02 09:00`."""
    return moment(f"{text[:4]}2026-{text[4:]}")


@dataclass(frozen=True)
class Event:
    """Something that happened, as it is written in the ledger below."""

    when: str
    what: str
    before: dict[str, Any]
    after: dict[str, Any]
    reason: str | None = None


def event(when: str, what: str, *, before: Any = None, reason: str | None = None, **after: Any) -> Event:
    """Write down what happened."""
    return Event(when, what, before or {}, after, reason)


def told(*times: str) -> list[Event]:
    """Write down when the customer heard from us."""
    return [event(when, "customer told", text=place) for place, when in enumerate(times)]


def case(  # noqa: PLR0913 - each case names only what it has
    number: int,
    level: str,
    declared: str,
    *events: Event | list[Event],
    account: int | None = None,
    acked: str | None = None,
    worked: tuple[tuple[str, str | None], ...] = (),
    promises: str = "",
    open_due: str | None = None,
    reported: str | None = None,
    retargeted: str | None = None,
    paused: str | None = None,
    chosen: str | None = None,
    reason: str | None = None,
    kind: str = "issue",
    clocks: str | None = "its level",
    **more: Any,
) -> CaseLedger:
    """Write one escalation down.

    `acked` is when the response clock stopped, `worked` are the spans of the resolution clock, and `promises` has a
    letter for each promise to the customer (K kept, L late, B broken, - lifted, o open).
    """
    response, resolution = _TERMS[level if clocks is not None else None]
    first = event(declared, "declared", level=more.get("first", level), chosen=chosen or more.get("first", level))
    happened = [Event(first.when, first.what, {}, first.after, reason)]
    for one in events:
        happened += one if isinstance(one, list) else [one]
    happened.sort(key=lambda one: at(one.when))
    return CaseLedger(
        number=number,
        kind=kind,
        account=account or number,
        team=more.get("team"),
        region=more.get("region"),
        level=level,
        owner=more.get("owner", "U01DANA"),
        is_private=more.get("is_private", False),
        declared_at=at(declared),
        reported_at=at(reported) if reported else None,
        response=_clock(response, ((declared, acked),)),
        resolution=_clock(resolution, worked or ((declared, None),), retargeted, paused),
        calendars=POLICY.calendars,
        ranks={one.code: POLICY.rank(one.code) for one in POLICY.levels},
        events=[
            LedgerEvent(at=at(one.when), event=one.what, before=one.before, after=one.after, reason=one.reason)
            for one in happened
        ],
        promises=[_promise(letter, open_due or declared) for letter in promises],
        last_entry=number * 100,
    )


def _clock(
    terms: tuple[str, str] | None,
    spans: tuple[tuple[str, str | None], ...],
    retargeted: str | None = None,
    paused: str | None = None,
) -> ClockFacts:
    return ClockFacts(
        terms=Terms(Duration.parse(terms[0]), terms[1]) if terms else None,
        spans=tuple(Span(at(begun), at(ended) if ended else None) for begun, ended in spans),
        counted_from=at(retargeted) if retargeted else None,
        paused_at=at(paused) if paused else None,
    )


def _promise(letter: str, due: str) -> PromiseGroup:
    return PromiseGroup(STATES[letter], at(due))


def ended(mitigated: str, resolved: str) -> list[Event]:
    """Write down that the impact stopped, that it was resolved, and that it was closed with that."""
    return [event(mitigated, "mitigated"), event(resolved, "resolved"), event(resolved, "closed")]


LEDGER = [
    # 1 to 3: plain. 2 is late twice, and 3 stops both clocks exactly when they are due.
    case(
        1,
        "sev1",
        "Mon 03-02 09:00",
        told("Mon 03-02 09:30", "Mon 03-02 10:00", "Mon 03-02 12:00", "Mon 03-02 13:30"),
        ended("Mon 03-02 12:00", "Mon 03-02 14:00"),
        acked="Mon 03-02 09:10",
        worked=(("Mon 03-02 09:00", "Mon 03-02 12:00"),),
        promises="KKKK-",
    ),
    case(
        2,
        "sev1",
        "Mon 03-02 10:00",
        told("Mon 03-02 11:00", "Mon 03-02 14:00"),
        ended("Mon 03-02 15:00", "Mon 03-02 16:00"),
        acked="Mon 03-02 10:20",
        worked=(("Mon 03-02 10:00", "Mon 03-02 15:00"),),
        promises="KLB",
    ),
    case(
        3,
        "sev2",
        "Tue 03-03 09:00",
        ended("Wed 03-04 09:00", "Wed 03-04 12:00"),
        acked="Tue 03-03 10:00",
        worked=(("Tue 03-03 09:00", "Wed 03-04 09:00"),),
        promises="KK",
    ),
    # 4 and 5: over the night in which the clocks are put forward.
    case(
        4,
        "sev3",
        "Fri 03-06 17:00",
        ended("Tue 03-10 17:00", "Tue 03-10 17:00"),
        acked="Mon 03-09 16:00",
        worked=(("Fri 03-06 17:00", "Tue 03-10 17:00"),),
    ),
    case(
        5,
        "sev1",
        "Sun 03-08 01:30",
        told("Sun 03-08 03:30"),
        ended("Sun 03-08 05:30", "Sun 03-08 06:30"),
        acked="Sun 03-08 03:10",
        worked=(("Sun 03-08 01:30", "Sun 03-08 05:30"),),
    ),
    # 6: reopened. The night that it was resolved counts in no clock, and is no silence.
    case(
        6,
        "sev2",
        "Thu 03-05 09:00",
        event("Thu 03-05 15:00", "mitigated"),
        event("Thu 03-05 16:00", "resolved"),
        event("Fri 03-06 10:00", "reopened", before={"status": "resolved"}),
        event("Fri 03-06 12:00", "mitigated"),
        event("Fri 03-06 13:00", "resolved"),
        acked="Thu 03-05 09:30",
        worked=(("Thu 03-05 09:00", "Thu 03-05 15:00"), ("Fri 03-06 10:00", "Fri 03-06 12:00")),
    ),
    # 7: waited eight hours for the customer.
    case(
        7,
        "sev1",
        "Mon 03-09 09:00",
        told("Mon 03-09 09:30", "Mon 03-09 18:00"),
        event("Mon 03-09 10:00", "waiting for customer"),
        event("Mon 03-09 18:00", "wait over", why="update"),
        ended("Mon 03-09 20:00", "Mon 03-09 21:00"),
        acked="Mon 03-09 09:05",
        worked=(("Mon 03-09 09:00", "Mon 03-09 10:00"), ("Mon 03-09 18:00", "Mon 03-09 20:00")),
    ),
    # 8: withdrawn. It counts nowhere, although it was late in everything.
    case(
        8,
        "sev1",
        "Mon 03-09 11:00",
        event("Mon 03-09 19:00", "withdrawn", reason="a duplicate"),
        acked="Mon 03-09 19:00",
        worked=(("Mon 03-09 11:00", "Mon 03-09 19:00"),),
        promises="BBB",
        account=7,
    ),
    # 9 and 10: made heavier by the policy, at once and later. 10 has its new target from the change.
    case(
        9,
        "sev2",
        "Tue 03-10 09:00",
        ended("Tue 03-10 11:00", "Tue 03-10 12:00"),
        acked="Tue 03-10 09:30",
        worked=(("Tue 03-10 09:00", "Tue 03-10 11:00"),),
        chosen="sev3",
    ),
    case(
        10,
        "sev2",
        "Tue 03-10 09:00",
        event("Thu 03-12 09:00", "level rose", before={"level": "sev3"}, level="sev2"),
        ended("Thu 03-12 17:00", "Thu 03-12 18:00"),
        acked="Tue 03-10 09:30",
        worked=(("Tue 03-10 09:00", "Thu 03-12 17:00"),),
        retargeted="Thu 03-12 09:00",
        first="sev3",
    ),
    # 11 to 13: by hand heavier, by hand lighter, and chosen lighter than the category's level.
    case(
        11,
        "sev1",
        "Wed 03-11 09:00",
        event("Wed 03-11 09:05", "level changed", before={"level": "sev3"}, level="sev1", reason="CEO"),
        ended("Wed 03-11 10:00", "Wed 03-11 11:00"),
        acked="Wed 03-11 09:15",
        worked=(("Wed 03-11 09:00", "Wed 03-11 10:00"),),
        first="sev3",
    ),
    case(
        12,
        "sev3",
        "Wed 03-11 09:00",
        event("Wed 03-11 09:05", "level changed", before={"level": "sev1"}, level="sev3", reason="One user"),
        ended("Wed 03-11 12:00", "Wed 03-11 13:00"),
        acked="Wed 03-11 09:03",
        worked=(("Wed 03-11 09:00", "Wed 03-11 12:00"),),
        first="sev1",
    ),
    case(
        13,
        "sev4",
        "Wed 03-11 09:00",
        ended("Thu 03-12 09:00", "Thu 03-12 09:00"),
        acked="Wed 03-11 12:00",
        worked=(("Wed 03-11 09:00", "Thu 03-12 09:00"),),
        reason="Financial issues start at Sev 2. One invoice only.",
    ),
    # 14 to 16: account programmes, which have no clocks: accepted, declined, and never answered.
    case(
        14,
        "sev3",
        "Thu 03-12 09:00",
        event("Thu 03-12 09:00", "proposed"),
        event("Thu 03-12 10:00", "programme accepted"),
        kind="account",
        clocks=None,
        promises="KKB",
    ),
    case(
        15,
        "sev3",
        "Thu 03-12 09:00",
        event("Thu 03-12 10:00", "programme declined"),
        kind="account",
        clocks=None,
    ),
    case(16, "sev3", "Thu 03-12 09:00", event("Thu 03-12 09:00", "proposed"), kind="account", clocks=None),
    # 17 to 19: open. 17 is not due yet, 18 is overdue and silent, 19 waits for the customer.
    case(17, "sev4", "Tue 03-31 17:00"),
    case(18, "sev1", "Tue 03-31 09:00", told("Tue 03-31 09:30"), promises="Ko", open_due="Tue 03-31 10:00"),
    case(
        19,
        "sev1",
        "Tue 03-31 10:00",
        told("Tue 03-31 10:30"),
        event("Tue 03-31 11:00", "waiting for customer"),
        acked="Tue 03-31 10:10",
        worked=(("Tue 03-31 10:00", None),),
        paused="Tue 03-31 11:00",
        promises="K",
    ),
    # 20: resolved by mistake, undone after five minutes, and resolved an hour later. It isn't reopened.
    case(
        20,
        "sev1",
        "Fri 03-13 09:00",
        event("Fri 03-13 10:00", "resolved"),
        event("Fri 03-13 10:05", "undone", before={"status": "resolved"}, status="open"),
        ended("Fri 03-13 11:00", "Fri 03-13 11:00"),
        acked="Fri 03-13 09:01",
        worked=(("Fri 03-13 09:00", "Fri 03-13 11:00"),),
    ),
    # 21: the mail of 10:00 came back, so the customer knew nothing until 13:00.
    case(
        21,
        "sev2",
        "Mon 03-16 09:00",
        told("Mon 03-16 10:00", "Mon 03-16 13:00"),
        event("Mon 03-16 10:30", "customer not told", text=0, why="no such address"),
        ended("Mon 03-16 14:00", "Mon 03-16 14:00"),
        acked="Mon 03-16 09:30",
        worked=(("Mon 03-16 09:00", "Mon 03-16 14:00"),),
        promises="B",
    ),
    # 22: from before texts were followed to the customer: an internal update is no word to them.
    case(
        22,
        "sev2",
        "Tue 03-17 09:00",
        event("Tue 03-17 10:00", "updated", customer=False),
        event("Tue 03-17 11:00", "updated", customer=True),
        ended("Tue 03-17 13:00", "Tue 03-17 13:00"),
        acked="Tue 03-17 09:30",
        worked=(("Tue 03-17 09:00", "Tue 03-17 13:00"),),
    ),
    # 23: confidential.
    case(
        23,
        "sev1",
        "Wed 03-18 09:00",
        ended("Wed 03-18 10:00", "Wed 03-18 10:00"),
        acked="Wed 03-18 09:20",
        worked=(("Wed 03-18 09:00", "Wed 03-18 10:00"),),
        is_private=True,
    ),
    # 24 to 27: again the same accounts. 24 after 18 days; 25 on the 30th day; 26 on the 31st, so not a repeat, of 27,
    # which was declared in February.
    case(
        24,
        "sev2",
        "Fri 03-20 09:00",
        ended("Fri 03-20 11:00", "Fri 03-20 11:00"),
        acked="Fri 03-20 09:30",
        worked=(("Fri 03-20 09:00", "Fri 03-20 11:00"),),
        account=1,
    ),
    case(25, "sev4", "Tue 03-31 11:00", account=2),
    case(
        26,
        "sev2",
        "Thu 03-12 09:00",
        ended("Thu 03-12 11:00", "Thu 03-12 11:00"),
        acked="Thu 03-12 09:30",
        worked=(("Thu 03-12 09:00", "Thu 03-12 11:00"),),
    ),
    case(27, "sev2", "Tue 02-10 09:00", acked="Tue 02-10 12:00", account=26),
    # 28 and 29: rated, with what was learned; 29 was asked twice what was learned, and the second answer counts.
    case(
        28,
        "sev3",
        "Mon 03-23 09:00",
        ended("Mon 03-23 12:00", "Mon 03-23 12:00"),
        event("Tue 03-24 09:00", "customer rated", rating=5),
        event("Tue 03-24 10:00", "outcome noted", first_level_could=True, solved_by="first level"),
        acked="Mon 03-23 10:00",
        worked=(("Mon 03-23 09:00", "Mon 03-23 12:00"),),
    ),
    case(
        29,
        "sev3",
        "Mon 03-23 09:00",
        ended("Mon 03-23 12:00", "Mon 03-23 12:00"),
        event("Tue 03-24 09:00", "customer rated", rating=2),
        event("Tue 03-24 10:00", "outcome noted", first_level_could=True, solved_by="specialists"),
        event("Tue 03-24 11:00", "outcome noted", first_level_could=False, solved_by="specialists"),
        acked="Mon 03-23 10:00",
        worked=(("Mon 03-23 09:00", "Mon 03-23 12:00"),),
    ),
    # 30: withdrawn by mistake and reopened. It counts, and isn't reopened after a resolution.
    case(
        30,
        "sev2",
        "Tue 03-24 09:00",
        event("Tue 03-24 10:00", "withdrawn", reason="a mistake"),
        event("Tue 03-24 11:00", "reopened", before={"status": "closed"}),
        ended("Tue 03-24 12:00", "Tue 03-24 12:00"),
        acked="Tue 03-24 09:30",
        worked=(("Tue 03-24 09:00", "Tue 03-24 10:00"), ("Tue 03-24 11:00", "Tue 03-24 12:00")),
    ),
    # 31: the customer had reported it 45 minutes before. 32 was reported 15 minutes before, in the first minute of the
    # month; 33 belongs to April already.
    case(
        31,
        "sev2",
        "Wed 03-25 09:45",
        ended("Wed 03-25 10:45", "Wed 03-25 10:45"),
        reported="Wed 03-25 09:00",
        acked="Wed 03-25 10:00",
        worked=(("Wed 03-25 09:45", "Wed 03-25 10:45"),),
    ),
    case(
        32,
        "sev1",
        "Sun 03-01 00:00",
        ended("Sun 03-01 01:00", "Sun 03-01 01:00"),
        reported="Sat 02-28 23:45",
        acked="Sun 03-01 00:05",
        worked=(("Sun 03-01 00:00", "Sun 03-01 01:00"),),
    ),
    case(33, "sev1", "Wed 04-01 00:00"),
]
