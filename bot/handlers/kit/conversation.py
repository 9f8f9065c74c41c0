"""Conversations: the listeners, forms, menu entries and verbs that a feature registers, and the kit of its handlers.

Everything is data keyed by name, so the order of features makes no difference.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.database.transaction import Core
from bot.handlers.kit.account_lookup import AccountLookup
from bot.handlers.kit.account_menu import AccountMenu
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.errors import ErrorResponder
from bot.handlers.kit.forms import Draw, FormRegistry
from bot.handlers.kit.open_forms import OpenForms
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.status_copies import StatusCopies
from bot.policy.decide.lifecycle import Move, Obstacle
from bot.ports.workspace import Message, Workspace
from bot.services.bundle import Services


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """The form of an entry of the card's *More* menu. `bot.views.card.more_menu` has its words, under the same key."""

    key: str
    draw: Draw


@dataclass(frozen=True, slots=True)
class TypedVerb:
    """The text after a verb of the command, who typed it, and where. `trigger` can open a form."""

    rest: str
    trigger: str
    person: str
    channel: str
    response_url: str | None = None


@dataclass(frozen=True)
class HandlerKit:
    """The objects that the handlers of every feature work with."""

    command: str
    workspace: Workspace
    services: Services
    answers: ErrorResponder
    after_ack: AfterAck
    forms: FormRegistry
    account_lookup: AccountLookup
    account_menu: AccountMenu
    menu: tuple[MenuEntry, ...]
    verbs: Mapping[str, "Verb"]
    replies: Mapping[str, "Reply"]
    open_forms: OpenForms = field(default_factory=OpenForms)

    @property
    def copies(self) -> StatusCopies:
        """Return what redraws the cards and lists that one person sees."""
        return StatusCopies(self.core, self.workspace, self.services, self.command)

    def redraw_copy(self, body: Body, number: int) -> None:
        """Redraw the copy on which something was done, after the acknowledgement. Done elsewhere, it does nothing."""
        if self.copies.is_copy(body):
            self.after_ack.start(lambda pressed: self.copies.redraw(pressed, number), body)

    @property
    def core(self) -> Core:
        """Return the threads in which services run."""
        return self.services.core


Verb = Callable[[HandlerKit, TypedVerb], Awaitable[None]]
# Returns the answer of a verb that is answered in words. It runs in a thread of the services.
Reply = Callable[[HandlerKit, TypedVerb], Message]


@dataclass(frozen=True)
class Conversation:
    """One feature's part of the conversation with people.

    `listen` registers its listeners; `forms` draw the forms a person can ask for; `menu` are its entries in the
    card's menu; `verbs` open the forms of the command's verbs, `replies` answer others in words; `fields` are the
    fields that show a refusal, in forms that have them.
    """

    listen: Callable[[Routes, HandlerKit], None]
    forms: Mapping[Move, Draw] = field(default_factory=dict)
    menu: tuple[MenuEntry, ...] = ()
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    replies: Mapping[str, Reply] = field(default_factory=dict)
    fields: Mapping[Obstacle, str] = field(default_factory=dict)
