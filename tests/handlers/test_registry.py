"""Features are put together by name: it makes no difference in which order they come, and nothing is claimed twice."""

import random
from collections.abc import Iterator
from dataclasses import fields

import pytest

from bot import settings
from bot.app import build_services
from bot.handlers import closing
from bot.handlers.kit.conversation import Conversation
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import MOVES, VERBS
from bot.handlers.registry import CONVERSATIONS, kit_of
from bot.policy.decide.lifecycle import Move
from bot.services.bundle import Services
from bot.views.card.more_menu import CHOICES
from tests.support.listening import NOWHERE, bolt, routes

# These are pressed, or chosen in the menu, and have no form that a verb or a picker could lead to.
NO_FORM = {Move.ACKNOWLEDGE, Move.APPROVE, Move.CATEGORISE, Move.EDIT, Move.KEEP_OPEN, Move.SIGN_OFF, Move.UNDO}


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    built = build_services(settings.load(database_url=sqlite_url))
    yield built
    built.core.close()


def shuffled(seed: int) -> dict[str, Conversation]:
    names = sorted(CONVERSATIONS)
    random.Random(seed).shuffle(names)  # noqa: S311 - not for secrets
    return {name: CONVERSATIONS[name] for name in names}


def names_of(found: Routes) -> dict[str, set[str]]:
    """Return what is listened for, by the type of request."""
    tables = {field.name: getattr(found, field.name) for field in fields(found)}
    return {name: set(table) for name, table in tables.items() if isinstance(table, dict)}


@pytest.mark.parametrize("seed", range(5))
def test_features_can_be_registered_in_any_order(services: Services, seed: int) -> None:
    kit = kit_of(NOWHERE, services, "/escalate", shuffled(seed))
    assert {entry.key for entry in kit.menu} == {choice.key for choice in CHOICES}
    assert kit.forms.drawn_by == kit_of(NOWHERE, services, "/escalate").forms.drawn_by
    assert names_of(routes(services, bolt(), shuffled(seed))) == names_of(routes(services, bolt()))


def test_two_features_that_listen_for_the_same_are_refused(services: Services) -> None:
    twice = {**CONVERSATIONS, "another": Conversation(CONVERSATIONS["paging"].listen)}
    with pytest.raises(ValueError, match="two listeners for"):
        routes(services, bolt(), twice)


def test_every_move_has_one_form_and_every_verb_leads_somewhere(services: Services) -> None:
    kit = kit_of(NOWHERE, services, "/escalate")
    assert set(kit.forms.drawn_by) == set(Move) - NO_FORM
    assert set(MOVES.values()) <= set(kit.forms.drawn_by) | {Move.ACKNOWLEDGE}
    assert set(kit.verbs) - {"declare"} <= VERBS


def test_close_is_drawn_where_it_is_closed(services: Services) -> None:
    assert kit_of(NOWHERE, services, "/escalate").forms.drawn_by[Move.CLOSE] is closing.draw_closing


@pytest.mark.parametrize("what", ["forms", "menu", "verbs"])
def test_what_two_features_claim_is_refused(services: Services, what: str) -> None:
    with pytest.raises(ValueError, match="two conversations have the same"):
        kit_of(NOWHERE, services, "/escalate", {**CONVERSATIONS, f"another with {what}": CONVERSATIONS[WITH[what]]})


WITH = {"forms": "closing", "menu": "patterns", "verbs": "policies"}
