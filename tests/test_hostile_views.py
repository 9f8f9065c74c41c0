"""Whatever text is in any field, each view draws it as something that Slack accepts and that notifies nobody."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from bot.policy.characters import readable
from bot.ports.workspace import Message
from bot.views.mail import letter
from bot.views.mail.letter import Letter
from sandbox.blocks.surfaces import check_message, check_view
from tests.support.every_view import calls, every_view
from tests.support.hostile import HOSTILE, PRINTED, bounded

# A mention that Slack would act on: `<` is written `&lt;` in what people typed.
_PING = re.compile(r"<!(?:channel|here|everyone|subteam)|<https://evil")
# Slack cuts a message's text after so many characters.
_LONGEST = 40_000
VIEWS = every_view()
MAILS = {place: view for place, view in VIEWS.items() if get_type_hints(view).get("return") is Letter}
# What mails are made of, and where they lead.
_TAGS = set(
    re.findall(r"<(\w+)", (Path(letter.__file__).parent / "templates" / "mail.html").read_text(encoding="utf-8"))
)
_OURS = re.compile(r"https://(?:acme\.slack|escalate\.example)\.com/")


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


class Tags(HTMLParser):
    """The tags of a page, and the addresses they lead to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.addresses: list[str] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def test_the_mails_are_found() -> None:
    assert {"mail.team_mails.draw", "mail.team_mails.draw_incident", "mail.team_mails.draw_repeated"} <= MAILS.keys()


@pytest.mark.parametrize("typed", PRINTED.values(), ids=PRINTED.keys())
@pytest.mark.parametrize("place", MAILS)
def test_every_mail_is_what_we_wrote_whatever_it_quotes(place: str, typed: str) -> None:
    text = readable(typed)
    with bounded():
        for given in calls(place, MAILS[place], text):
            drawn = MAILS[place](**given)
            assert isinstance(drawn, Letter)
            assert len(drawn.subject.splitlines()) == 1
            assert "\x00" not in drawn.text + drawn.html
            tags = Tags(drawn.html)
            assert tags.found <= _TAGS, tags.found - _TAGS
            assert not [name for name in tags.attributes if name.startswith("on")]
            assert all(_OURS.match(address) for address in tags.addresses), tags.addresses
