"""The Home tab, and what executives are asked to do."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.errors import meaning, words_of
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.names import is_channel_id
from bot.ports.workspace import View, Workspace
from bot.services.overview.digests import Digests
from bot.services.overview.escalations import Escalations
from bot.services.overview.executive_asks import ExecutiveAsks
from bot.services.overview.link_previews import LinkPreviews
from bot.services.overview.sponsor_digests import SponsorDigests
from bot.services.people.role_cards import RoleCards
from bot.views.kit import ids
from bot.views.kit.form_values import says_something, text_of
from bot.views.overview import ask_form, digest_form, home


@dataclass(frozen=True)
class HomeHandlers:
    """Handles the Home tab and the form for executives."""

    core: Core
    workspace: Workspace
    after_ack: AfterAck
    escalations: Escalations
    role_cards: RoleCards
    asks: ExecutiveAsks
    digests: Digests
    link_previews: LinkPreviews
    sponsor_digests: SponsorDigests
    forms: FormRegistry

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.event("app_home_opened", self.home_opened)
        routes.event("link_shared", self.link_shared)
        routes.action(ids.PRESS_CARD_SEEN, self.after_ack(self.press_card_seen))
        routes.action(ids.PRESS_HOME_BEFORE, self.after_ack(self.press_before_or_after))
        routes.action(ids.PRESS_HOME_AFTER, self.after_ack(self.press_before_or_after))
        routes.action(ids.PRESS_ASK, self.after_ack(self.open_ask))
        routes.view(ids.ASK_EXECUTIVES, self.submit_ask)
        routes.action(ids.PRESS_DIGEST_HOURS, self.after_ack(self.open_digest_hours))
        routes.view(ids.DIGEST_HOURS, self.submit_digest_hours)
        routes.action(ids.PRESS_SPONSOR_HOURS, self.after_ack(self.open_sponsor_hours))
        routes.view(ids.SPONSOR_HOURS, self.submit_sponsor_hours)

    async def home_opened(self, body: Body, _context: AsyncBoltContext) -> None:
        """Draw the tab after the acknowledgement."""
        self.after_ack.start(self.open_home, body)

    async def link_shared(self, body: Body, _context: AsyncBoltContext) -> None:
        """Queue previews of links in a channel; not of those still being written, whose readers aren't known."""
        event = body["event"]
        by, channel = event.get("user"), event["channel"]
        if by is not None and event.get("source") == "conversations_history" and is_channel_id(channel):
            urls = [link["url"] for link in event["links"]]
            await self.core.run(partial(self.link_previews.shared, channel, event["message_ts"], urls, by=by))

    async def open_home(self, body: Body) -> None:
        """Queue the Home tab's drawing; a duplicate event is harmless."""
        event = body["event"]
        if event.get("tab") != "home":
            return
        try:
            await self.core.run(self.escalations.show_home, event["user"])
        except Exception as error:  # noqa: BLE001 - whatever it is, the tab says it
            await self.workspace.publish_home(event["user"], home.unavailable(words_of(meaning(error))))

    async def press_before_or_after(self, body: Body) -> None:
        """Queue a drawing of what comes before or after."""
        first = home.place_of(body["actions"][0]["value"])
        await self.core.run(self.escalations.show_home, body["user"]["id"], first=first)

    async def open_ask(self, body: Body) -> None:
        """Open the form that asks executives to do something."""
        await self.forms.open_with(body["trigger_id"], body["user"]["id"], partial(self._draw_ask, body["user"]["id"]))

    async def submit_ask(self, ack: AsyncAck, body: Body) -> None:
        """Note what executives are asked to do."""
        view, person = body["view"], body["user"]["id"]
        number, words = ask_form.number_of(view), text_of(view, "words")
        if number is None:
            raise FormError("escalation", "Choose a customer.")
        await self.core.run(partial(self.asks.ask, number, words if says_something(words) else "", by=person))
        await ack()

    async def open_digest_hours(self, body: Body) -> None:
        """Open the form in which a manager chooses when their digest comes."""
        person = body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, partial(self._draw_digest_hours, person))

    async def submit_digest_hours(self, ack: AsyncAck, body: Body) -> None:
        """Note when the digest comes."""
        hour, days = digest_form.chosen_in(body["view"])
        if hour is None:
            raise FormError("hour", "Choose a time.")
        await self.core.run(self.digests.choose, body["user"]["id"], hour, days)
        await ack()

    async def open_sponsor_hours(self, body: Body) -> None:
        """Open the form in which an executive sponsor chooses when their digest comes."""
        person = body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, partial(self._draw_sponsor_hours, person))

    async def submit_sponsor_hours(self, ack: AsyncAck, body: Body) -> None:
        """Note when the sponsor's digest comes."""
        hour, days = digest_form.chosen_in(body["view"])
        if hour is None:
            raise FormError("hour", "Choose a time.")
        await self.core.run(self.sponsor_digests.choose, body["user"]["id"], hour, days)
        await ack()

    def _draw_sponsor_hours(self, person: str) -> View:
        return digest_form.form(*self.sponsor_digests.hours(person), of_sponsor=True)

    def _draw_digest_hours(self, person: str) -> View:
        return digest_form.form(*self.digests.hours(person))

    def _draw_ask(self, person: str) -> View:
        draft = self.asks.draft(by=person)
        return ask_form.form(draft.offered, draft.asked)

    async def press_card_seen(self, body: Body) -> None:
        """Note that the card of a role was read, and draw the tab without it."""
        person = body["user"]["id"]
        await self.core.run(self.role_cards.seen, body["actions"][0]["value"], by=person)
        await self.core.run(self.escalations.show_home, person)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    HomeHandlers(
        kit.core,
        kit.workspace,
        kit.after_ack,
        services.escalations,
        services.role_cards,
        services.executive_asks,
        services.digests,
        services.link_previews,
        services.sponsor_digests,
        kit.forms,
    ).register(routes)


CONVERSATION = Conversation(_listen)
