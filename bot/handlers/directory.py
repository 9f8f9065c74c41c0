"""The directory for admins: `/escalate admin`."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.clock import Clock
from bot.errors import FormError
from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import ADMIN
from bot.policy.model.directory import EntryKind
from bot.ports.workspace import View
from bot.services.directory.directory_changes import DirectoryChanges
from bot.views.directory import admin_forms
from bot.views.directory.admin_fields import FormContext
from bot.views.kit import ids


@dataclass(frozen=True)
class DirectoryHandlers:
    """Handles the overview of the directory and the forms of its entries."""

    kit: HandlerKit
    clock: Clock
    changes: DirectoryChanges

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_ADMIN, self.kit.after_ack(self.press_admin))
        routes.action_beginning(ids.PRESS_ADMIN_ADD, self.kit.after_ack(self.press_add))
        routes.action_beginning(ids.PICK_ADMIN_ENTRY, self.kit.after_ack(self.pick_entry))
        routes.action(ids.PRESS_ADMIN_REMOVE, self.kit.after_ack(self.press_remove))
        routes.view(ids.ADMIN_ENTRY, self.submit_entry)

    async def open(self, trigger: str, person: str) -> None:
        """Open the overview."""
        await self.kit.forms.open_with(trigger, person, partial(self.draw, person))

    async def press_admin(self, body: Body) -> None:
        """Open the overview from Home."""
        await self.open(body["trigger_id"], body["user"]["id"])

    async def press_add(self, body: Body) -> None:
        """Replace the overview by the form of a new entry."""
        kind, person = EntryKind(body["actions"][0]["value"]), body["user"]["id"]
        await self.kit.forms.fill_with(body["view"]["id"], person, partial(self._entry, kind, None, person))

    async def pick_entry(self, body: Body) -> None:
        """Replace the overview by the form of an entry."""
        kind, _, key = body["actions"][0]["selected_option"]["value"].partition(":")
        person = body["user"]["id"]
        await self.kit.forms.fill_with(body["view"]["id"], person, partial(self._entry, EntryKind(kind), key, person))

    async def press_remove(self, body: Body) -> None:
        """Remove an entry, and show the overview again."""
        kind, _, key = body["actions"][0]["value"].partition(":")
        person = body["user"]["id"]

        def remove() -> View:
            self.changes.remove(EntryKind(kind), key, by=person)
            return self.draw(person)

        await self.kit.forms.fill_with(body["view"]["id"], person, remove)

    async def submit_entry(self, ack: AsyncAck, body: Body) -> None:
        """Save an entry, and show the overview again."""
        asked, person = admin_forms.read(body["view"], self.changes.people.directory), body["user"]["id"]
        try:
            put = partial(self.changes.put, is_new=asked.is_new)
            await self.kit.core.run(put, asked.kind, asked.data, by=person)
        except FormError as error:
            raise FormError.of(admin_forms.placed(body["view"], error.at)) from None
        await ack(response_action="update", view=await self.kit.core.run(self.draw, person))

    def draw(self, person: str) -> View:
        """Draw the overview. Raises NotAnAdmin, NotAMember."""
        found = self.changes.overview(viewer=person)
        return admin_forms.overview(found.directory, found.own, found.gaps, found.changes)

    def _entry(self, kind: EntryKind, key: str | None, person: str) -> View:
        found = self.changes.overview(viewer=person)
        own_areas = frozenset(name.casefold() for of, name in found.own if of is EntryKind.AREA)
        context = FormContext(found.directory, found.policy, found.known, self.clock.now(), own_areas)
        return admin_forms.entry(kind, context, key)


def _handlers(kit: HandlerKit) -> DirectoryHandlers:
    return DirectoryHandlers(kit, kit.services.database.clock, kit.services.directory_changes)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    _handlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    await _handlers(kit).open(typed.trigger, typed.person)


CONVERSATION = Conversation(_listen, verbs={ADMIN: _typed})
