"""Training: drills, and the decision tree."""

from dataclasses import dataclass

from slack_bolt.async_app import AsyncAck

from bot.handlers.kit.after_ack import Body
from bot.handlers.kit.conversation import Conversation, HandlerKit, TypedVerb
from bot.handlers.kit.routes import Routes
from bot.handlers.kit.words import DRILL, SHOULD
from bot.policy.model.training import DrillStep
from bot.policy.training import material
from bot.policy.training.drills import Played
from bot.ports.workspace import View
from bot.services.training.drills import Drills
from bot.views.kit import ids
from bot.views.training import drill_forms, tree_form


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

    async def open_choice(self, trigger: str, person: str) -> None:
        """Open the form that begins a drill."""

        def draw() -> View:
            return drill_forms.draw_choice(self.drills.offered(viewer=person))

        await self.kit.forms.open_with(trigger, person, draw)

    async def press_drills(self, body: Body) -> None:
        """Open the form that begins a drill, from the score of another."""
        await self.open_choice(body["trigger_id"], body["user"]["id"])

    async def submit_choice(self, ack: AsyncAck, body: Body) -> None:
        """Begin a drill. The form says what comes; the channel opens a moment later."""
        key = drill_forms.read_choice(body["view"])
        title = await self.kit.core.run(self.drills.start, key, by=body["user"]["id"])
        await ack(response_action="update", view=drill_forms.begun(title))

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
        training = self.kit.services.policies.current.training
        return tree_form.draw(material.tree(training), chosen, training.contact)


def _pressed(body: Body) -> tuple[int, DrillStep]:
    number, _, step = body["actions"][0]["value"].partition(":")
    return int(number), DrillStep(step)


def _listen(routes: Routes, kit: HandlerKit) -> None:
    DrillHandlers(kit, kit.services.drills).register(routes)
    TreeHandlers(kit).register(routes)


async def _typed(kit: HandlerKit, typed: TypedVerb) -> None:
    await DrillHandlers(kit, kit.services.drills).open_choice(typed.trigger, typed.person)


async def _asked(kit: HandlerKit, typed: TypedVerb) -> None:
    await TreeHandlers(kit).open_tree(typed.trigger, typed.person)


CONVERSATION = Conversation(_listen, verbs={DRILL: _typed, SHOULD: _asked})
