"""What a feature brings to the conversations with people, and what its handlers are given.

Everything is data, put together by name: it makes no difference in which order the features come.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from slack_bolt.async_app import AsyncApp

from bot.database.transaction import Core
from bot.handlers.kit.account_menu import AccountMenu
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.errors import ErrorResponder
from bot.handlers.kit.forms import Draw, FormRegistry
from bot.handlers.kit.names import Names
from bot.handlers.kit.open_forms import OpenForms
from bot.policy.decide.lifecycle import Move, Obstacle
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Workspace
from bot.services.bundle import Services
from bot.views.kit.menu_form import MenuChoice


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """Something that can be done, behind "More…" on the card. No two have the same `place` in the menu.

    `draw` draws its form; it runs in a transaction.
    """

    place: int
    choice: MenuChoice
    draw: Draw
    fits: Callable[[EscalationFacts, Policy], bool]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed behind a verb of the command, by whom, and where. A form can be opened with `trigger`."""

    rest: str
    trigger: str
    person: str
    channel: str


@dataclass(frozen=True)
class HandlerKit:
    """What the handlers of every feature are given."""

    command: str
    workspace: Workspace
    services: Services
    answers: ErrorResponder
    after_ack: AfterAck
    forms: FormRegistry
    names: Names
    account_menu: AccountMenu
    menu: tuple[MenuEntry, ...]
    verbs: Mapping[str, "Verb"]
    open_forms: OpenForms = field(default_factory=OpenForms)

    @property
    def core(self) -> Core:
        """The threads in which services run."""
        return self.services.core


Verb = Callable[[HandlerKit, Typed], Awaitable[None]]


@dataclass(frozen=True)
class Conversation:
    """What a feature brings.

    `listen` registers its listeners; `forms` draw what a person can ask for; `menu` stands behind "More…"; `verbs` open
    the forms of the command's verbs; `fields` are the fields at which an obstacle is told, in forms that have them.
    Slack's framework tries listeners one after another: those of a low `turn` come first, because they are used most.
    """

    listen: Callable[[AsyncApp, HandlerKit], None]
    forms: Mapping[Move, Draw] = field(default_factory=dict)
    menu: tuple[MenuEntry, ...] = ()
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    fields: Mapping[Obstacle, str] = field(default_factory=dict)
    turn: int = 9
