"""Training: drills, the decision tree, and the weeks for new people."""

from dataclasses import dataclass
from functools import partial

from slack_bolt.async_app import AsyncAck

from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import DRILL, SHOULD, TRAINING
from bot.policy.model.training import DrillStep
from bot.policy.training import material
from bot.policy.training.drills import Played
from bot.ports.workspace import View
from bot.services.overview.escalations import Escalations
from bot.services.training.drills import Drills
from bot.services.training.trainees import Trainees
from bot.views.kit import ids, picking
from bot.views.training import case_studies, drill_forms, tree_form, weeks_form


@dataclass(frozen=True)
class DrillHandlers:
    """Handles drills."""

    kit: HandlerKit
    drills: Drills

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.DRILL, self.submit_choice)
        routes.view(ids.DRILL_STEP, self.submit_step)
        routes.action(ids.PRESS_DRILLS, self.kit.after_ack(self.press_drills))
        routes.action_beginning(ids.PRESS_DRILL_STEP, self.press_step)
        routes.action_beginning(ids.PRESS_DRILL_FORM, self.kit.after_ack(self.press_form))
        routes.action(ids.PRESS_DRILL_END, self.kit.after_ack(self.press_end))

    async def open_choice(
        self, trigger: str, person: str, channel: str | None = None, response_url: str | None = None
    ) -> None:
        """Open the form that begins a drill."""

        def draw() -> View:
            return drill_forms.draw_choice(self.drills.offered(viewer=person), channel, response_url)

        await self.kit.forms.open_with(trigger, person, draw)

    async def press_drills(self, body: Body) -> None:
        """Open the form that begins a drill, from the score of another or from the weeks."""
        channel = (body.get("channel") or {}).get("id")
        await self.open_choice(body["trigger_id"], body["user"]["id"], channel, body.get("response_url"))

    async def submit_choice(self, ack: AsyncAck, body: Body) -> None:
        """Begin a drill. Its channel opens a moment later, and a line says so where it was asked for."""
        key, channel, response_url = drill_forms.read_choice(body["view"])
        start = partial(self.drills.start, key, channel=channel, response_url=response_url)
        await self.kit.core.run(start, by=body["user"]["id"])
        await ack()

    async def press_step(self, ack: AsyncAck, body: Body) -> None:
        """Do a step that needs no words. The card and the channel say so."""
        number, step = _pressed(body)
        await self.kit.core.run(self.drills.play, number, Played(step=step), by=body["user"]["id"])
        await ack()

    async def press_form(self, body: Body) -> None:
        """Open the form of a step."""
        number, step = _pressed(body)
        person = body["user"]["id"]

        def draw() -> View:
            return drill_forms.draw_step(self.drills.form(number, step, by=person), step)

        await self.kit.forms.open_with(body["trigger_id"], person, draw)

    async def submit_step(self, ack: AsyncAck, body: Body) -> None:
        """Do a step with what was written."""
        number, played = drill_forms.read_step(body["view"])
        await self.kit.core.run(self.drills.play, number, played, by=body["user"]["id"])
        await ack()

    async def press_end(self, body: Body) -> None:
        """End a drill early. The score is posted in its channel."""
        await self.kit.core.run(self.drills.end, int(body["actions"][0]["value"]), by=body["user"]["id"])
        if (view := body.get("view")) is not None:
            await self.kit.forms.fill(view["id"], drill_forms.ended(), body["user"]["id"])


@dataclass(frozen=True)
class TreeHandlers:
    """Handles the decision tree. It needs no record: each button holds where it leads."""

    kit: HandlerKit

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.action_beginning(ids.PRESS_TREE, self.kit.after_ack(self.press_choice))

    async def open_tree(self, trigger: str, person: str) -> None:
        """Open the first question."""
        await self.kit.forms.open_with(trigger, person, self._draw)

    async def press_choice(self, body: Body) -> None:
        """Show the next question, or the advice."""
        chosen = body["actions"][0]["value"]
        await self.kit.forms.fill(body["view"]["id"], self._draw(chosen), body["user"]["id"])

    def _draw(self, chosen: str = "") -> View:
        policy = self.kit.services.policies.current
        # A matrix asks two questions instead, and gives the level itself.
        levels = [level.code for level in policy.levels] if policy.matrix is None else []
        return tree_form.draw(material.tree(policy.training), chosen, policy.training.contact, levels)


@dataclass(frozen=True)
class WeeksHandlers:
    """Handles the programme for new people."""

    kit: HandlerKit
    trainees: Trainees
    escalations: Escalations

    def register(self, routes: Routes) -> None:
        """Register the listeners."""
        routes.view(ids.TRAINING, self.submit_mentor)
        routes.view(ids.SHADOW, self.submit_shadow)
        routes.action_beginning(ids.PRESS_STEP_DONE, self.kit.after_ack(self.press_done))
        routes.action_beginning(ids.PRESS_TRAINEE, self.kit.after_ack(self.press_trainee))
        routes.action(ids.PRESS_CASE_STUDIES, self.kit.after_ack(self.press_case_studies))
        routes.action_beginning(ids.PRESS_SHADOW, self.kit.after_ack(self.press_shadow))

    async def open(self, trigger: str, person: str) -> None:
        """Open somebody's way through the weeks."""

        def draw() -> View:
            return weeks_form.draw(self.trainees.view(viewer=person))

        await self.kit.forms.open_with(trigger, person, draw)

    async def submit_mentor(self, ack: AsyncAck, body: Body) -> None:
        """Begin, and show the weeks."""
        mentor = weeks_form.read_mentor(body["view"])
        found = await self.kit.core.run(self.trainees.begin, mentor, by=body["user"]["id"])
        await ack(response_action="update", view=weeks_form.draw(found))

    async def press_done(self, body: Body) -> None:
        """Mark a step as done, and draw the form again."""
        trainee, _, step = body["actions"][0]["value"].partition(":")
        person = body["user"]["id"]

        def mark() -> View:
            return weeks_form.draw(self.trainees.mark(trainee, step, by=person))

        await self.kit.forms.fill_with(body["view"]["id"], person, mark)

    async def press_trainee(self, body: Body) -> None:
        """Show the way of somebody else, or one's own again."""
        trainee, person = body["actions"][0]["value"], body["user"]["id"]

        def draw() -> View:
            return weeks_form.draw(self.trainees.view(viewer=person, person=trainee))

        await self.kit.forms.fill_with(body["view"]["id"], person, draw)

    async def press_case_studies(self, body: Body) -> None:
        """Show what others learned."""
        person = body["user"]["id"]

        def draw() -> View:
            return case_studies.form(self.kit.services.case_studies.newest(viewer=person))

        await self.kit.forms.open_with(body["trigger_id"], person, draw)

    async def press_shadow(self, body: Body) -> None:
        """Replace the form by the choice of an escalation."""
        step, person = body["actions"][0]["value"], body["user"]["id"]

        def draw() -> View:
            found = self.escalations.others(None, viewer=person, limit=picking.MOST)
            return weeks_form.draw_shadow(step, found)

        await self.kit.forms.fill_with(body["view"]["id"], person, draw)

    async def submit_shadow(self, ack: AsyncAck, body: Body) -> None:
        """Shadow the chosen escalation, and show the weeks again, which name it."""
        step, number = weeks_form.read_shadow(body["view"])
        person = body["user"]["id"]
        await self.kit.core.run(self.trainees.shadow, step, number, by=person)
        found = await self.kit.core.run(self.trainees.view, viewer=person)
        await ack(response_action="update", view=weeks_form.draw(found))


def _pressed(body: Body) -> tuple[int, DrillStep]:
    number, _, step = body["actions"][0]["value"].partition(":")
    return int(number), DrillStep(step)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    DrillHandlers(kit, kit.services.drills).register(routes)
    TreeHandlers(kit).register(routes)
    _weeks(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    await DrillHandlers(kit, kit.services.drills).open_choice(
        typed.trigger, typed.person, typed.channel, typed.response_url
    )


async def _asked(kit: HandlerKit, typed: TypedVerb) -> None:
    await TreeHandlers(kit).open_tree(typed.trigger, typed.person)


def _weeks(kit: HandlerKit) -> WeeksHandlers:
    return WeeksHandlers(kit, kit.services.trainees, kit.services.escalations)


async def _learning(kit: HandlerKit, typed: TypedVerb) -> None:
    await _weeks(kit).open(typed.trigger, typed.person)


CONVERSATION = Conversation(_listen, verbs={DRILL: _typed, SHOULD: _asked, TRAINING: _learning})
