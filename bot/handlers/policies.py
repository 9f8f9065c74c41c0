"""The policy for everybody: what it says, and simulations."""

from dataclasses import dataclass, replace

from slack_bolt.async_app import AsyncAck

from bot.clock import Clock
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.account_lookup import AccountLookup
from bot.handlers.kit.account_menu import AccountMenu
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import SIMULATE
from bot.policy.decide.contacts import with_contacts
from bot.policy.model.facts import AccountFacts
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import AccountHistory, SimulationQuestion, simulate
from bot.ports.workspace import Message
from bot.services.accounts.accounts import Accounts
from bot.services.policies.simulations import Simulations
from bot.views.kit import ids
from bot.views.kit.account_choice import AccountChoice
from bot.views.policies import policy_answer, policy_simulation, policy_table
from bot.views.policies.policy_simulation import SimulationAsked
from bot.views.policies.policy_table import PolicyPart


@dataclass(frozen=True)
class PolicyHandlers:
    """Handles policy and simulation. It only reads."""

    core: Core
    clock: Clock
    forms: FormRegistry
    account_menu: AccountMenu
    accounts: Accounts
    account_lookup: AccountLookup
    policies: Policies
    simulations: Simulations
    people: People
    after_ack: AfterAck

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.options(ids.SIMULATE_ACCOUNT, self.account_menu.offer)
        routes.view(ids.SIMULATE, self.submit_simulation)
        routes.action(ids.PICK_POLICY_PART, self.after_ack(self.open_part))

    async def open_part(self, body: Body) -> None:
        """Open one part of the policy in full."""
        chosen, person = PolicyPart(body["actions"][0]["selected_option"]["value"]), body["user"]["id"]
        policy = with_contacts(self.policies.current, self.people.directory)
        await self.forms.open_with(body["trigger_id"], person, lambda: policy_table.part(policy, chosen))

    async def open_simulation(self, account: str, trigger: str, person: str) -> None:
        """Open the form of `/escalate simulate`, for the account typed after it."""
        known = await self.account_lookup.called(account, viewer=person)
        asked = SimulationAsked(
            declared_at=self.clock.now().replace(second=0, microsecond=0),
            account=AccountChoice(known.id, known.name) if known else None,
        )
        await self.forms.open_with(trigger, person, lambda: policy_simulation.draw(asked, self.policies.current))

    async def submit_simulation(self, ack: AsyncAck, body: Body) -> None:
        """Draw the answer above the form, which keeps its input for further questions."""
        asked, policy = policy_simulation.read(body["view"]), self.policies.current
        directory, past = AccountFacts(), AccountHistory()
        if asked.account is not None:
            number, name = asked.account.account_id, asked.account.name
            directory = await self.core.run(self.accounts.facts, number, name, viewer=body["user"]["id"])
            past = await self.core.run(self.simulations.past, asked.account.account_id, policy)
        question = replace(_question(asked, policy, directory), past=past)
        blocks = policy_answer.draw(question, simulate(question))
        await ack(response_action="update", view=policy_simulation.draw(asked, policy, blocks))


def _question(asked: SimulationAsked, policy: Policy, directory: AccountFacts) -> SimulationQuestion:
    """Return the question in the form; raises FormError for input the policy can't use."""
    _check_level(asked, policy)
    if any(category != asked.category for category, _ in asked.triggers):
        raise FormError("triggers", "One belongs to another category. Switch category or clear it.")
    if asked.health is not None and not asked.health.isdecimal():
        raise FormError("health", "Write a whole number from 0 to 100.")
    return SimulationQuestion(
        policy=policy,
        declared_at=asked.declared_at,
        level=policy.only_level or (asked.level if policy.matrix is None else None),
        broken=asked.broken if policy.matrix is not None else None,
        affected=asked.affected if policy.matrix is not None else None,
        kind=asked.kind,
        category=asked.category,
        triggers=frozenset(key for _, key in asked.triggers),
        health_state=asked.health_state,
        account=directory if asked.vip is None else replace(directory, vip=asked.vip),
        tier=asked.tier,
        plan=asked.plan,
        health=int(asked.health) if asked.health is not None else None,
        renewal_on=asked.renewal_on,
        last_update_at=asked.last_update_at,
    )


def _check_level(asked: SimulationAsked, policy: Policy) -> None:
    """Raise FormError for a level that the policy doesn't have, or without answers to the questions that give one."""
    if policy.only_level is not None:
        return
    if asked.broken is None and asked.affected is None:
        if asked.level is None or policy.find_level(asked.level) is None:
            raise FormError("level", "Choose a severity of the current policy.")
        if policy.matrix is not None:
            raise FormError("level", "The policy now asks two questions instead. Open the form again.")
        return
    for key, answer in (("broken", asked.broken), ("affected", asked.affected)):
        labels = getattr(policy.matrix, key).labels if policy.matrix is not None else {}
        if answer not in labels:
            raise FormError(key, "Choose an answer of the current policy.")


def shown(kit: HandlerKit, *, as_list: bool) -> Message:
    """Draw the current policy."""
    policy = with_contacts(kit.services.policies.current, kit.services.people.directory)
    today = kit.services.database.clock.now().astimezone(policy.zone).date()
    draw = policy_table.as_list if as_list else policy_table.as_table
    return draw(policy, today, kit.command)


def _handlers(kit: HandlerKit) -> PolicyHandlers:
    services = kit.services
    return PolicyHandlers(
        kit.core,
        services.database.clock,
        kit.forms,
        kit.account_menu,
        services.accounts,
        kit.account_lookup,
        services.policies,
        services.simulations,
        services.people,
        kit.after_ack,
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    _handlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    await _handlers(kit).open_simulation(typed.rest, typed.trigger, typed.person)


CONVERSATION = Conversation(_listen, verbs={SIMULATE: _typed})
