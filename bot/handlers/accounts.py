"""Customers: the page of one, as an answer and as a form, and what is found by words."""

from dataclasses import dataclass
from functools import partial

from bot.errors import Misread, NotFound
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import draw_account
from bot.handlers.kit.words import ACCOUNT, FIND
from bot.ports.workspace import Message, View
from bot.services.bundle import Services
from bot.services.overview.finding import SHOWN
from bot.views.kit import ids
from bot.views.overview import account_page, find_results


@dataclass(frozen=True)
class AccountHandlers:
    """Handles the buttons of a customer's page, and those that lead to it."""

    kit: HandlerKit

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_ACCOUNT, self.kit.after_ack(self.open))
        routes.action(ids.PRESS_ACCOUNT_NEWER, self.kit.after_ack(self.turn))
        routes.action(ids.PRESS_ACCOUNT_OLDER, self.kit.after_ack(self.turn))
        routes.action(ids.PRESS_FIND_NEWER, self.kit.after_ack(self.turn_found))
        routes.action(ids.PRESS_FIND_OLDER, self.kit.after_ack(self.turn_found))

    async def open(self, body: Body) -> None:
        """Open the page as a form."""
        person = body["user"]["id"]
        await self.kit.forms.open_with(body["trigger_id"], person, self._drawing(body))

    async def turn(self, body: Body) -> None:
        """Show another part of the past, where the button was pressed."""
        person = body["user"]["id"]
        if "view" in body:
            await self.kit.forms.fill_with(body["view"]["id"], person, self._drawing(body))
            return
        account, first = _place(body)
        message = await self.kit.core.run(
            draw_account, self.kit.services, self.kit.workspace.url, account, first, person
        )
        answer = {"replace_original": True, "text": message.text, "blocks": list(message.blocks)}
        await self.kit.workspace.respond(body["response_url"], answer)

    async def turn_found(self, body: Body) -> None:
        """Show another part of what was found."""
        value = body["actions"][0]["value"]
        try:
            first, words = find_results.place_of(value)
        except ValueError as error:
            raise Misread(f"no place in what was found: {value!r}") from error
        message = await self.kit.core.run(_draw_found, self.kit, words, body["user"]["id"], first)
        answer = {"replace_original": True, "text": message.text, "blocks": list(message.blocks)}
        await self.kit.workspace.respond(body["response_url"], answer)

    def _drawing(self, body: Body) -> partial[View]:
        account, first = _place(body)
        return partial(_draw_form, self.kit.services, self.kit.workspace.url, account, first, body["user"]["id"])


def _place(body: Body) -> tuple[int, int]:
    """Return the account and the offset of a button. Raises Misread."""
    value = body["actions"][0]["value"]
    try:
        return account_page.value_of(value)
    except ValueError as error:
        raise Misread(f"not an account: {value!r}") from error


def _draw_form(services: Services, workspace_url: str, account: int, first: int, viewer: str) -> View:
    return account_page.form(services.account_pages.page(account, viewer=viewer, first=first), workspace_url)


def _typed(kit: HandlerKit, typed: TypedVerb) -> Message:
    """Return the page of the customer that was named, or of the escalation that was named or whose channel it is."""
    pages, escalations = kit.services.account_pages, kit.services.escalations
    number = escalations.meant_by(typed.rest, viewer=typed.person).number if _is_number(typed.rest) else None
    if not typed.rest:
        number = escalations.of_channel(typed.channel)
        if number is None:
            raise NotFound(f"Which account? Type `{kit.command} {ACCOUNT}` and its name.")
    if number is not None:
        return account_page.draw(pages.of_escalation(number, viewer=typed.person), kit.workspace.url)
    return account_page.draw(pages.named(typed.rest, viewer=typed.person), kit.workspace.url)


def _draw_found(kit: HandlerKit, words: str, viewer: str, first: int) -> Message:
    page = kit.services.finder.find(words, viewer=viewer, first=first)
    accounts = [(each.id, each.name) for each in page.accounts]
    shown = find_results.ShownResults(page.words, accounts, page.found, page.said, kit.workspace.url, SHOWN)
    return find_results.draw(shown)


def _find(kit: HandlerKit, typed: TypedVerb) -> Message:
    """Return what has the typed words."""
    return _draw_found(kit, typed.rest, typed.person, 0)


def _is_number(words: str) -> bool:
    return words.casefold().removeprefix("esc-").removeprefix("#").isdecimal()


def _listen(routes: Routes, kit: HandlerKit) -> None:
    AccountHandlers(kit).register(routes)


CONVERSATION = Conversation(_listen, replies={ACCOUNT: _typed, FIND: _find})
