"""Lists in which the escalations of a customer stand together, below its name; a single one stays one line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.policy.excerpts import Listed
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit.text import escape, times

_MARK: Final = "↳ "


@dataclass(frozen=True, slots=True)
class LinePlace:
    """Where a line stands: alone, or below its customer's name, which the first of them brings along."""

    is_below: bool = False
    heading: str = ""

    def drawn(self, line: str) -> str:
        """Return the line as it stands here."""
        return f"{self.heading}{_MARK}{line}" if self.is_below else line


def line_places(shown: Iterable[EscalationFacts], under: Mapping[int, Listed]) -> Iterator[LinePlace]:
    """Yield where each stands. A page that begins amid a customer's begins with their name."""
    before: int | None = None
    for facts in shown:
        place = under.get(facts.number)
        if place is None or place.count == 1:
            yield LinePlace()
            before = None
            continue
        name = f"*{escape(facts.account.name)}* · {times(place.count, 'escalation')}\n"
        yield LinePlace(is_below=True, heading="" if place.account == before else name)
        before = place.account
