"""views.*: modals and Home tabs."""

from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call, missing_scope
from sandbox.blocks.identify import identify
from sandbox.blocks.state import carried_over, initial_values
from sandbox.blocks.surfaces import check_view
from sandbox.blocks.walk import spots
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state.triggers import Trigger
from sandbox.state.views import LIVE, STACK, View, new_hash, size
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

LARGEST = 250_000
READS_FILES = "files:read"
"""The scope that a file field takes."""


def open_view(call: Call) -> Json:
    """Open a modal for the person whose interaction has the trigger."""
    content = _content(call, "modal")
    view = _new(call, content, _exchange(call))
    for replaced in call.workspace.views.open(view):
        call.workspace.changes.tell("view_closed", view=replaced)
    call.workspace.changes.tell("view_opened", view=view)
    return {"view": view.as_json()}


def push(call: Call) -> Json:
    """Push a modal onto the one in which the interaction happened."""
    content = _content(call, "modal")
    trigger = _exchange(call)
    stack = call.workspace.views.stack(trigger.user)
    if not stack or trigger.view_id not in {view.id for view in stack}:
        raise SlackError("not_found")
    if len(stack) >= STACK:
        raise SlackError("push_limit_reached")
    view = _new(call, content, trigger)
    call.workspace.views.push(view)
    call.workspace.changes.tell("view_opened", view=view)
    return {"view": view.as_json()}


def update(call: Call) -> Json:
    """Update a view; raises `not_found` if it was closed."""
    view = _to_update(call)
    if call.text("hash") and call.text("hash") != view.hash:
        raise SlackError("hash_conflict")
    content = _content(call, view.type)
    _check_external_id(call.workspace, call.app.id, content, view)
    redraw(call.workspace, view, content)
    return {"view": view.as_json()}


def publish(call: Call) -> Json:
    """Publish the app's Home tab for a person."""
    if not call.app.manifest.home_tab:
        raise SlackError("not_enabled")
    user = call.workspace.users.get(call.text("user_id"))
    if user is None:
        raise invalid_arguments("invalid `user_id`")
    content = _content(call, "home")
    earlier = call.workspace.views.home(call.app.id, user.id)
    if call.text("hash") and earlier is not None and call.text("hash") != earlier.hash:
        raise SlackError("hash_conflict")
    _check_external_id(call.workspace, call.app.id, content, earlier)
    view = _make(call, content, user.id)
    call.workspace.views.publish(view)
    call.workspace.changes.tell("home_published", view=view)
    return {"view": view.as_json()}


def redraw(workspace: Workspace, view: View, content: Json) -> None:
    """Replace a view's content. Input is kept if block and element keep their ids."""
    view.values = carried_over(view.values, content["blocks"], view.opened_from)
    view.content = content
    view.hash = new_hash()
    workspace.changes.tell("view_updated", view=view)


def checked(content: object, kind: str) -> Json:
    """Return a valid view with ids for its blocks, or raise Slack's error."""
    if isinstance(content, Unreadable) or not isinstance(content, dict):
        raise invalid_arguments("must be a valid view object [json-pointer:/view]")
    content = {key: value for key, value in content.items() if key not in LIVE and value is not None}
    if content.get("type") == "workflow_step":
        raise invalid_arguments("unsupported type: workflow_step [json-pointer:/view/type]")
    if problems := check_view(content, kind):
        raise invalid_arguments(*(problem.message for problem in problems))
    if size(content) > LARGEST:
        raise SlackError("view_too_large")
    return content | {"blocks": identify(content["blocks"])}


def _content(call: Call, kind: str) -> Json:
    content = checked(call.args.get("view"), kind)
    takes_files = any(spot.type == "file_input" for spot in spots(content["blocks"]))
    if takes_files and not call.app.allows(READS_FILES):
        raise missing_scope(call.app, [READS_FILES])
    return content


def _exchange(call: Call) -> Trigger:
    trigger_id = call.text("trigger_id") or call.text("interactivity_pointer")
    if not trigger_id:
        raise invalid_arguments("missing required field: trigger_id")
    return call.workspace.triggers.exchange(trigger_id, call.app.id)


def _new(call: Call, content: Json, trigger: Trigger) -> View:
    _check_external_id(call.workspace, call.app.id, content, None)
    stack = call.workspace.views.stack(trigger.user)
    return _make(call, content, trigger.user, here=trigger.channel or (stack[-1].opened_from if stack else None))


def _make(call: Call, content: Json, user: str, here: str | None = None) -> View:
    view = call.workspace.views.new(
        app_id=call.app.id,
        bot_id=call.app.bot_id,
        team_id=call.workspace.team.id,
        user=user,
        content=content,
    )
    view.opened_from = here
    view.values = initial_values(content["blocks"], here)
    return view


def _check_external_id(workspace: Workspace, app_id: str, content: Json, own: View | None) -> None:
    other = workspace.views.find_external(app_id, str(content.get("external_id") or ""))
    if other is not None and other is not own:
        raise SlackError("duplicate_external_id")


def _to_update(call: Call) -> View:
    views = call.workspace.views
    if call.text("view_id"):
        view = views.find(call.text("view_id"))
    elif call.text("external_id"):
        view = views.find_external(call.app.id, call.text("external_id"))
    else:
        raise invalid_arguments("missing required field: view_id")
    if view is None or view.app_id != call.app.id:
        raise SlackError("not_found")
    return view


HANDLERS = {
    "views.open": open_view,
    "views.push": push,
    "views.update": update,
    "views.publish": publish,
}
