"""The outcome of a modal's submission: acknowledged, or not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.api.views import checked, redraw
from sandbox.blocks.state import initial_values
from sandbox.blocks.walk import spots
from sandbox.control.interact import Interactions
from sandbox.delivery.courier import Receipt
from sandbox.errors import SlackError
from sandbox.state.people import User
from sandbox.state.views import STACK, View
from sandbox.state.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """Carries out a submission's acknowledgement. An invalid one shows the person an error, as in Slack."""

    interactions: Interactions
    user: User
    view: View

    def of(self, receipt: Receipt) -> Json:
        """Return the control call's response, with `result` for the page."""
        if not receipt.acknowledged:
            return self._trouble(receipt.failure or f"HTTP status {receipt.status}")
        body = receipt.body or {}
        if not isinstance(body, dict):
            return self._trouble("the acknowledgement is not a JSON object")
        action = body.get("response_action")
        if action not in self._actions:
            return self._trouble(f"no response_action is called {action!r}")
        try:
            return self._actions[action](body)
        except SlackError as error:
            messages = error.fields.get("response_metadata", {}).get("messages", [])
            return self._trouble(" ".join([error.error, *messages]))

    @property
    def _actions(self) -> dict[str | None, Callable[[Json], Json]]:
        return {
            None: self._close,
            "errors": self._errors,
            "update": self._update,
            "push": self._push,
            "clear": self._clear,
        }

    def _trouble(self, problem: str) -> Json:
        """Return the response for Slack's "We had some trouble connecting": the modal stays, `problem` says why."""
        return {"result": "timeout", "problem": problem, "view": self.view.as_json()}

    def _close(self, _body: Json) -> Json:
        """Close the submitted view if it is still open, and show the one below."""
        workspace = self.interactions.workspace
        stack = workspace.views.stack(self.user.id)
        below = stack[-1] if stack else None
        if below is self.view:
            below = workspace.views.pop(self.user.id)
            workspace.changes.tell("view_closed", view=self.view)
        return {"result": "closed"} | ({"view": below.as_json()} if below else {})

    def _errors(self, body: Json) -> Json:
        errors = body.get("errors")
        fields = {spot.block_id for spot in spots(self.view.blocks) if spot.is_input}
        if not isinstance(errors, dict) or not errors or not all(isinstance(text, str) for text in errors.values()):
            return self._trouble("errors has to map block ids to text")
        if strangers := sorted(set(errors) - fields):
            return self._trouble(f"errors names {strangers[0]!r}, which is no input block of the view")
        return {"result": "errors", "errors": errors, "view": self.view.as_json()}

    def _update(self, body: Json) -> Json:
        redraw(self.interactions.workspace, self.view, checked(body.get("view"), "modal"))
        return {"result": "updated", "view": self.view.as_json()}

    def _push(self, body: Json) -> Json:
        content = checked(body.get("view"), "modal")
        views = self.interactions.workspace.views
        if len(views.stack(self.user.id)) >= STACK:
            return self._trouble("push_limit_reached")
        on = self.view
        pushed = views.new(app_id=on.app_id, bot_id=on.bot_id, team_id=on.team_id, user=self.user.id, content=content)
        pushed.opened_from = on.opened_from
        pushed.values = initial_values(content["blocks"], on.opened_from)
        views.push(pushed)
        self.interactions.workspace.changes.tell("view_opened", view=pushed)
        return {"result": "pushed", "view": pushed.as_json()}

    def _clear(self, _body: Json) -> Json:
        close_all(self.interactions.workspace, self.user)
        return {"result": "cleared"}


def close_all(workspace: Workspace, user: User) -> list[View]:
    """Close all modals of a person and return them, topmost first."""
    closed = workspace.views.stack(user.id)[::-1]
    workspace.views.clear(user.id)
    for view in closed:
        workspace.changes.tell("view_closed", view=view)
    return closed
