"""Answers people who open a signed link: a page that asks first, then what the link is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qs

import structlog
from starlette.requests import Request
from starlette.responses import Response

from bot.clock import Clock
from bot.errors import EscalateError
from bot.integrations import links
from bot.integrations.public import PublicRoute, page
from bot.policy.characters import readable
from bot.ports.links import MOST_WORDS, Link, LinkAction, Links, LinkUsedError, Purpose, WebPage

_BROKEN: Final = WebPage(
    "This link doesn't work",
    ("It may have been cut off. Open it again from the message it came with.",),
    status=HTTPStatus.NOT_FOUND,
)


@dataclass(frozen=True)
class LinkPages:
    """The pages of all links. A GET never changes anything: mail programs and previews open links unasked."""

    links: Links
    actions: Mapping[Purpose, LinkAction]
    real_clock: Clock

    def route(self) -> PublicRoute:
        """Return the public route of the links."""
        return PublicRoute(links.PATH, self.answer, ("GET", "POST"), for_people=True)

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        link = self.links.read(request.path_params["token"])
        action = self.actions.get(link.purpose) if link is not None else None
        if link is None or action is None:
            return page(_BROKEN)
        pressed = await _pressed(request) if request.method == "POST" else None
        try:
            return page(await self._page_of(link, action, pressed))
        except EscalateError as error:
            structlog.get_logger().info("link refused", purpose=link.purpose, error=type(error).__name__)
            return page(WebPage("That didn't work", tuple(str(error).splitlines()), status=HTTPStatus.CONFLICT))

    async def _page_of(self, link: Link, action: LinkAction, pressed: tuple[str, str] | None) -> WebPage:
        if self.real_clock.now() > link.expires_at:
            return await action.expired(link)
        if pressed is None:
            return await action.show(link)
        try:
            return await action.follow(link, *pressed)
        except LinkUsedError:
            return await action.show(link)


async def _pressed(request: Request) -> tuple[str, str]:
    """Return the button that was pressed and the words in the field; empty texts if the body isn't our form."""
    try:
        fields = parse_qs((await request.body()).decode("ascii"), max_num_fields=5)
    except ValueError:
        return "", ""
    answer, words = (readable(fields.get(name, [""])[0]) for name in ("answer", "words"))
    return answer, words.strip()[:MOST_WORDS]
