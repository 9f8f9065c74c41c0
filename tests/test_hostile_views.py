"""Whatever text is in any field, each view draws it as something that Slack accepts and that notifies nobody."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.ports.workspace import Message
from sandbox.blocks.surfaces import check_message, check_view
from tests.support.every_view import calls, every_view
from tests.support.hostile import HOSTILE, bounded

# A mention that Slack would act on: `<` is written `&lt;` in what people typed.
_PING = re.compile(r"<!(?:channel|here|everyone|subteam)|<https://evil")
# Slack cuts a message's text after so many characters.
_LONGEST = 40_000
VIEWS = every_view()


def problems(drawn: object) -> list[Any]:
    """Return what Slack would reject of a message, of a form, or of a block."""
    match drawn:
        case Message():
            return check_message(list(drawn.blocks)) + [len(drawn.text)] * (len(drawn.text) > _LONGEST)
        case {"blocks": _, "type": str(kind)}:
            return list(check_view(drawn, kind))
        case {"type": _}:
            return list(check_message([drawn]))
    return []


def marked_up(drawn: object) -> Iterator[str]:
    """Yield the texts in which Slack reads markup."""
    match drawn:
        case Message():
            yield drawn.text
            yield from marked_up(list(drawn.blocks))
        case {"type": "mrkdwn", "text": str(text)}:
            yield text
        case dict():
            for each in drawn.values():
                yield from marked_up(each)
        case list() | tuple():
            for each in drawn:
                yield from marked_up(each)


def test_the_views_are_found() -> None:
    assert {"announcements.draw", "card.card.draw", "overview.home.draw", "overview.digest.draw"} <= VIEWS.keys()


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("place", VIEWS)
def test_every_view_draws_any_text(place: str, typed: str) -> None:
    with bounded():
        for given in calls(place, VIEWS[place], typed):
            drawn = VIEWS[place](**given)
            assert problems(drawn) == [], given
            # A new major incident notifies everybody in its channel.
            said = [text.removeprefix("<!here> ") if given.get("is_new") else text for text in marked_up(drawn)]
            pings = [text for text in said if _PING.search(text)]
            assert not pings, given
