"""Major incidents: declared or joined from the command, the card and suggestions, and ended where they are shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.database.policies import Policies
from bot.database.transaction import Core
from bot.errors import FormError
from bot.handlers.kit.after_ack import AfterAck, Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, MenuEntry, TypedVerb
from bot.handlers.kit.forms import FormRegistry
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import INCIDENT
from bot.policy.decide.incidents import incident_in
from bot.ports.workspace import View
from bot.services.accounts.accounts import Accounts
from bot.services.bundle import Services
from bot.services.incidents.incidents import Incidents, NewIncident
from bot.views.incidents import incident_forms
from bot.views.incidents.incident_forms import NOWHERE, AskedIn
from bot.views.kit import ids, picking
from bot.views.kit.form_values import text_of


@dataclass(frozen=True)
class IncidentHandlers:
    """Handles the forms and buttons of major incidents."""

    core: Core
    after_ack: AfterAck
    forms: FormRegistry
    incidents: Incidents
    policies: Policies
    accounts: Accounts

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action(ids.PRESS_INCIDENT, self.after_ack(self.open_from_button))
        routes.action(ids.PRESS_INCIDENT_JOIN, self.press_join)
        routes.action(ids.PRESS_INCIDENT_OVER, self.after_ack(self.open_over))
        routes.view(ids.INCIDENT, self.submit)
        routes.view(ids.INCIDENT_OVER, self.submit_over)

    async def open(self, number: int | None, trigger: str, person: str, asked_in: AskedIn) -> None:
        """Open the form for `/escalate incident`: the live incidents, with an escalation preselected if given."""
        chosen = [] if number is None else [number]
        draw = partial(_draw, self.incidents, self.policies, chosen, person, asked_in=asked_in)
        await self.forms.open_with(trigger, person, draw)

    async def open_named(self, incident: int, trigger: str, person: str, asked_in: AskedIn) -> None:
        """Open the form with a live incident chosen; one that is over is shown."""

        def draw_it() -> View:
            found = self.incidents.known(incident, viewer=person)
            if not found.is_live:
                return incident_forms.over(found, self.policies.current)
            return _draw(self.incidents, self.policies, [], person, incident, asked_in=asked_in)

        await self.forms.open_with(trigger, person, draw_it)

    async def open_from_button(self, body: Body) -> None:
        """Open the form with the button's incident and escalations."""
        person = body["user"]["id"]
        incident, _, numbers = body["actions"][0]["value"].partition(":")
        chosen = [int(number) for number in numbers.split(",") if number]
        joined = int(incident) if incident else None
        draw = partial(_draw, self.incidents, self.policies, chosen, person, joined)
        await self.forms.open_with(body["trigger_id"], person, draw)

    async def open_over(self, body: Body) -> None:
        """Open the form that ends an incident; from within a form, replace that form."""
        incident = int(body["actions"][0]["value"])
        if not body.get("view"):
            await self.forms.open_with(body["trigger_id"], body["user"]["id"], lambda: self._draw_over(incident))
            return
        await self.forms.fill_with(body["view"]["id"], body["user"]["id"], lambda: self._draw_over(incident))

    async def press_join(self, ack: AsyncAck, body: Body) -> None:
        """Add an escalation to a live incident."""
        number, incident = (int(part) for part in body["actions"][0]["value"].split(":"))
        await self.core.run(partial(self.incidents.join, incident, [number]), by=body["user"]["id"])
        await ack()

    async def submit(self, ack: AsyncAck, body: Body) -> None:
        """Declare or join an incident; a form submitted twice declares one."""
        view, person = body["view"], body["user"]["id"]
        answers = incident_forms.read(view)
        if answers.incident is None:
            if not answers.title or answers.since is None:
                raise FormError("title" if not answers.title else "since", "A new one needs this.")
            new = NewIncident(answers.title, answers.since, await self._known(answers.customers, person))
            declare = partial(self.incidents.declare, new, answers.numbers, request=view["id"])
            found = await self.core.run(declare, by=person)
        elif answers.numbers or answers.customers:
            customers = await self._known(answers.customers, person)
            join = partial(self.incidents.join, answers.incident, answers.numbers, customers=customers)
            found = await self.core.run(join, by=person)
        else:
            raise FormError("escalations", "Choose which are part of it, or list customers.")
        policy = self.policies.current
        pattern = policy.patterns.major_incident
        place = policy.team(pattern.team).slack if pattern else None
        await ack()
        # Where a message or the card has the button, a message says it; so does the announcement of a linked one.
        is_seen = answers.asked_in == NOWHERE or set(answers.chosen) & set(answers.numbers)
        if found.waits or not is_seen:
            words, where = incident_forms.saved(found, policy, place), answers.asked_in
            say = self.after_ack.answers.say_directly
            self.after_ack.start(lambda _: say(words, person, where.channel, where.response_url), body)

    async def _known(self, names: Sequence[str], person: str) -> tuple[str, ...]:
        """Return customers by the names of their accounts, if they are accounts that the person may know of."""
        if not names:
            return ()

        def known() -> tuple[str, ...]:
            called = [(name, self.accounts.called(name, viewer=person)) for name in names]
            return tuple(dict.fromkeys(found.name if found is not None else name for name, found in called))

        return await self.core.run(known)

    async def submit_over(self, ack: AsyncAck, body: Body) -> None:
        """End an incident."""
        view, fixed = body["view"], text_of(body["view"], "fixed")
        if not fixed:
            raise FormError("fixed", "Enter what was fixed.")
        end = partial(self.incidents.end, incident_forms.incident_of(view))
        await self.core.run(end, by=body["user"]["id"], fixed=fixed)
        await ack()

    def _draw_over(self, incident: int) -> View:
        found = self.incidents.current(incident)
        return incident_forms.over(found.incident, found.policy)


def draw(services: Services, number: int, viewer: str) -> View:
    """Draw the form with one escalation chosen."""
    return _draw(services.incidents, services.policies, [number], viewer)


def _draw(
    incidents: Incidents,
    policies: Policies,
    chosen: Collection[int],
    person: str,
    joined: int | None = None,
    *,
    asked_in: AskedIn = NOWHERE,
) -> View:
    found = incidents.overview(chosen, viewer=person, limit=picking.MOST)
    return incident_forms.draw(found, policies.current, chosen, joined, asked_in)


def _handlers(kit: HandlerKit) -> IncidentHandlers:
    services = kit.services
    return IncidentHandlers(
        kit.core, kit.after_ack, kit.forms, services.incidents, services.policies, services.accounts
    )


def _listen(routes: Routes, kit: HandlerKit) -> None:
    _handlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    incident, asked_in = incident_in(typed.rest), AskedIn(typed.channel, typed.response_url)
    if incident is not None:
        await _handlers(kit).open_named(incident, typed.trigger, typed.person, asked_in)
        return
    number = await kit.core.run(kit.services.escalations.implied_by, typed.rest, typed.channel, viewer=typed.person)
    await _handlers(kit).open(number, typed.trigger, typed.person, asked_in)


CONVERSATION = Conversation(
    _listen,
    menu=(MenuEntry("incident", draw),),
    verbs={INCIDENT: _typed},
)
