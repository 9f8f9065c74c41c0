"""The registrations of every feature. Their order makes no difference."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.handlers import (
    accounts,
    action_items,
    captures,
    card,
    categories,
    channel,
    closing,
    commands,
    confirming,
    declaring,
    digest_menu,
    directory,
    follow_ups,
    incidents,
    intake,
    levels,
    menu,
    on_call,
    outcomes,
    overview,
    paging,
    patterns,
    people,
    picking,
    policies,
    programmes,
    reports,
    reviews,
    sending,
    status_calls,
    teams,
    training,
    updates,
    verification,
    waiting,
    watch,
)
from bot.handlers.kit.account_lookup import AccountLookup
from bot.handlers.kit.account_menu import AccountMenu
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.conversation import Conversation, HandlerKit
from bot.handlers.kit.elsewhere import Elsewhere
from bot.handlers.kit.errors import ErrorResponder
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.gate import Gate
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.value_guard import ValueGuard
from bot.ports.workspace import Workspace
from bot.services.bundle import Services

K = TypeVar("K")
V = TypeVar("V")

CONVERSATIONS: Mapping[str, Conversation] = {
    "accounts": accounts.CONVERSATION,
    "action_items": action_items.CONVERSATION,
    "captures": captures.CONVERSATION,
    "card": card.CONVERSATION,
    "categories": categories.CONVERSATION,
    "channel": channel.CONVERSATION,
    "closing": closing.CONVERSATION,
    "commands": commands.CONVERSATION,
    "confirming": confirming.CONVERSATION,
    "declaring": declaring.CONVERSATION,
    "directory": directory.CONVERSATION,
    "incidents": incidents.CONVERSATION,
    "intake": intake.CONVERSATION,
    "levels": levels.CONVERSATION,
    "menu": menu.CONVERSATION,
    "on_call": on_call.CONVERSATION,
    "follow_ups": follow_ups.CONVERSATION,
    "outcomes": outcomes.CONVERSATION,
    "digest_menu": digest_menu.CONVERSATION,
    "overview": overview.CONVERSATION,
    "paging": paging.CONVERSATION,
    "patterns": patterns.CONVERSATION,
    "people": people.CONVERSATION,
    "picking": picking.CONVERSATION,
    "policies": policies.CONVERSATION,
    "programmes": programmes.CONVERSATION,
    "reports": reports.CONVERSATION,
    "reviews": reviews.CONVERSATION,
    "sending": sending.CONVERSATION,
    "status_calls": status_calls.CONVERSATION,
    "teams": teams.CONVERSATION,
    "training": training.CONVERSATION,
    "updates": updates.CONVERSATION,
    "verification": verification.CONVERSATION,
    "waiting": waiting.CONVERSATION,
    "watch": watch.CONVERSATION,
}


def kit_of(
    workspace: Workspace,
    services: Services,
    command: str,
    conversations: Mapping[str, Conversation] = CONVERSATIONS,
) -> HandlerKit:
    """Return what all handlers are given. Raises ValueError if two features register the same name."""
    found = conversations.values()
    fields = _together("field", (conversation.fields for conversation in found))
    answers = ErrorResponder(services.core, workspace, services.escalations, fields)
    return HandlerKit(
        command,
        workspace,
        services,
        answers,
        AfterAck(answers),
        FormRegistry(workspace, answers, services, _together("form", (conversation.forms for conversation in found))),
        AccountLookup(services.core, services.accounts, services.people.is_area, services.escalations.account_in),
        AccountMenu(services.core, services.accounts),
        tuple(_together("entry", ({entry.key: entry} for each in found for entry in each.menu)).values()),
        _together("verb", (conversation.verbs for conversation in found)),
        _together("reply", (conversation.replies for conversation in found)),
    )


def listen(app: AsyncApp, kit: HandlerKit, conversations: Mapping[str, Conversation] = CONVERSATIONS) -> Routes:
    """Register every listener, behind the middleware. Raises ValueError if two features register the same name."""

    async def answer(error: Exception, body: dict[str, Any]) -> BoltResponse:
        return await kit.answers.handle(error, body)

    services, routes = kit.services, Routes()
    app.error(answer)
    real_clock = services.database.real_clock
    Gate(kit.core, real_clock, kit.workspace, services.admissions, kit.answers, kit.after_ack).listen(app, routes)
    app.use(ValueGuard(services.escalations.records.service_settings.link_hosts).refuse)
    routes.on_sent = Elsewhere(kit.core, kit.workspace, services.escalations, kit.after_ack).sent
    for conversation in conversations.values():
        conversation.listen(routes, kit)
    routes.listen(app)
    return routes


def _together(what: str, parts: Iterable[Mapping[K, V]]) -> Mapping[K, V]:
    found: dict[K, V] = {}
    for part in parts:
        if twice := found.keys() & part.keys():
            raise ValueError(f"two conversations have the same {what}: {twice}")
        found |= part
    return found
