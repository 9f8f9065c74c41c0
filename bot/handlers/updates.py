"""Posting an update."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.policy.decide.lifecycle import Move
from bot.ports.workspace import View
from bot.services.bundle import Services
from bot.services.updates.updates import NewUpdate, Updates
from bot.views.kit import ids
from bot.views.kit.customer_texts import left_open
from bot.views.kit.form_values import says_something
from bot.views.updates import update_form
from bot.views.updates.update_form import UpdateAnswers


@dataclass(frozen=True)
class UpdateHandlers:
    """Handles the update form."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    updates: Updates

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_UPDATE, self.after_ack(self.forms.opener(Move.UPDATE)))
        routes.action(ids.PRESS_STILL, self.after_ack(self.open_still_investigating))
        routes.view(ids.UPDATE, self.submit_update)

    async def open_still_investigating(self, body: Body) -> None:
        """Open the form with "still investigating", ready to send."""
        number, person = int(body["actions"][0]["value"]), body["user"]["id"]
        await self.forms.open_with(body["trigger_id"], person, lambda: _draw(self.updates, number, person, still=True))

    async def submit_update(self, ack: AsyncAck, body: Body) -> None:
        """Post an update; one submitted twice is posted once."""
        answers = update_form.read(body["view"])
        if not says_something(answers.note + answers.customer_text):
            raise FormError("customer_text", "Write something for the customer or for the channel.")
        await self._check_filled_in(answers, body["user"]["id"])
        update = NewUpdate(
            note=answers.note,
            customer_text=answers.customer_text,
            next_at=answers.next_at,
            health=answers.health,
        )
        post = partial(self.updates.post, answers.number, update)
        await self.core.run(post, by=body["user"]["id"], request=body["view"]["id"])
        await ack()

    async def _check_filled_in(self, answers: UpdateAnswers, person: str) -> None:
        """Raise FormError if a bracket of the text that was offered is left in the text for the customer."""
        if "[" in answers.customer_text:
            draft = await self.core.run(self.updates.draft, answers.number, by=person)
            found = left_open(answers.customer_text, draft.facts, draft.policy)
            if found is not None:
                raise FormError("customer_text", f"Fill in {found} or take it out.")


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the update form."""
    return _draw(services.updates, number, viewer, still=False)


def _draw(updates: Updates, number: int, viewer: str, *, still: bool) -> View:
    draft = updates.draft(number, by=viewer)
    return update_form.draw(draft.facts, draft.policy, draft.owed, still=still)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    UpdateHandlers(kit.core, kit.after_ack, kit.forms, kit.services.updates).register(routes)


CONVERSATION = Conversation(_listen, forms={Move.UPDATE: draw})
