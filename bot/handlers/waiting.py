"""Waiting for the customer, and noting that they have followed up."""

import json
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry
from bot.handlers.kit.forms import FormRegistry, required
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View, Workspace
from bot.services.bundle import Services
from bot.services.overview.escalations import Escalations
from bot.services.waiting.waits import FollowUp, Waits
from bot.views.declaring import message_words
from bot.views.kit import ids
from bot.views.kit.form_values import number_of, text_of
from bot.views.kit.text import clip
from bot.views.waiting import waiting_forms


@dataclass(frozen=True)
class WaitHandlers:
    """Handles the forms and buttons of waiting, and the shortcut on a customer's message."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    waits: Waits
    escalations: Escalations
    workspace: Workspace

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.shortcut(ids.SHORTCUT_FOLLOWED_UP, self.after_ack(self.open_from_message))
        routes.view(ids.WAIT, self.submit_wait)
        routes.view(ids.RESUME, self.submit_resume)
        routes.view(ids.FOLLOWED_UP, self.submit_follow_up)
        routes.action(ids.PRESS_RESUME, self.press_resume)

    async def open_from_message(self, body: Body) -> None:
        """Open the form with the message quoted. If its channel doesn't say which one is meant, ask first."""
        message, channel, person = body["message"], body["channel"]["id"], body["user"]["id"]
        said = message_words.words(message, {})
        link = f"{self.workspace.url}archives/{channel}/p{message['ts'].replace('.', '')}"
        number = await self.core.run(partial(self.escalations.of_message, channel, viewer=person))
        if number is None:
            pick = partial(self.forms.draw_picker, Move.FOLLOW_UP, person)
            await self.forms.open_with(body["trigger_id"], person, lambda: _carrying(pick(), said, link))
            return
        await self.forms.open_with(
            body["trigger_id"], person, partial(_draw_follow_up, self.waits, number, person, said, link)
        )

    async def submit_wait(self, ack: AsyncAck, body: Body) -> None:
        """Begin to wait."""
        view = body["view"]
        reason = required(view, "reason", "Enter what the customer has to do.")
        await self.core.run(partial(self.waits.begin, number_of(view), reason=reason), by=body["user"]["id"])
        await ack()

    async def submit_resume(self, ack: AsyncAck, body: Body) -> None:
        """Stop waiting, from the form."""
        await self.core.run(self.waits.resume, number_of(body["view"]), by=body["user"]["id"])
        await ack()

    async def press_resume(self, ack: AsyncAck, body: Body) -> None:
        """Stop waiting, from a message."""
        await self.core.run(self.waits.resume, int(body["actions"][0]["value"]), by=body["user"]["id"])
        await ack()

    async def submit_follow_up(self, ack: AsyncAck, body: Body) -> None:
        """Note the follow-up."""
        view = body["view"]
        follow_up = FollowUp(text_of(view, "said"), json.loads(view["private_metadata"]).get("link"))
        await self.core.run(partial(self.waits.followed_up, number_of(view), follow_up), by=body["user"]["id"])
        await ack()


def draw_wait(services: Services, number: int, viewer: str) -> View:
    """Draw the form that begins or ends a wait."""
    draft = services.waits.draft(number, Move.WAIT, by=viewer)
    return waiting_forms.wait(draft.facts, draft.policy, draft.now)


def draw_follow_up(services: Services, number: int, viewer: str) -> View:
    """Draw the form that notes a follow-up."""
    return _draw_follow_up(services.waits, number, viewer)


def draw_carried(services: Services, number: int, viewer: str, picker: Body) -> View:
    """Draw the form that notes a follow-up, after the picker in which the escalation was chosen."""
    return _draw_follow_up(services.waits, number, viewer, *_carried(picker))


def _carrying(picker: View, said: str, link: str) -> View:
    """Return the picker with the message that the follow-up is in, for the form that comes after it."""
    known = json.loads(picker["private_metadata"] or "{}")
    kept = {**known, "said": clip(said, waiting_forms.SAID), **({"link": link} if waiting_forms.fits(link) else {})}
    return {**picker, "private_metadata": json.dumps(kept, ensure_ascii=False)} if known else picker


def _carried(picker: Body) -> tuple[str, str | None]:
    """Return the message that a picker carries; empty if it carries none."""
    known = json.loads(picker["private_metadata"])
    return str(known.get("said", "")), known.get("link")


def _draw_follow_up(waits: Waits, number: int, viewer: str, said: str = "", link: str | None = None) -> View:
    draft = waits.draft(number, Move.FOLLOW_UP, by=viewer)
    return waiting_forms.followed_up(draft.facts, draft.policy, draft.now, said, link, is_owner=draft.is_owner)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    services = kit.services
    WaitHandlers(kit.core, kit.after_ack, kit.forms, services.waits, services.escalations, kit.workspace).register(
        routes
    )


CONVERSATION = Conversation(
    _listen,
    forms={Move.WAIT: draw_wait, Move.FOLLOW_UP: draw_follow_up},
    menu=(MenuEntry("wait", draw_wait), MenuEntry("followed", draw_follow_up)),
)
