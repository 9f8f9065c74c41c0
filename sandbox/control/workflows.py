"""Running an app's function as a workflow step does."""

from typing import Any

from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions, told
from sandbox.delivery.payloads import event
from sandbox.errors import Misuse
from sandbox.ids import secret
from sandbox.state.executions import Execution

Json = dict[str, Any]


async def function(interactions: Interactions, call: ControlCall) -> Json:
    """Run an app's function; `/_sandbox/executions` shows how it ends."""
    call.only("callback_id", "inputs")
    callback_id = call.text("callback_id")
    inputs = call.given.get("inputs") or {}
    workspace = interactions.workspace
    app = next((app for app in workspace.apps if callback_id in app.manifest.functions), None)
    if app is None or not isinstance(inputs, dict):
        known = ", ".join(name for app in workspace.apps for name in app.manifest.functions) or "none"
        raise Misuse("function_not_found", f"no app has a function {callback_id!r}; there are: {known}")
    execution = Execution(workspace.ids.new("Fx"), app.id, callback_id, inputs, token=f"xwfp-{secret(40)}")
    workspace.executions[execution.id] = execution
    declared = app.manifest.functions[callback_id]
    inner = {
        "type": "function_executed",
        "function": {
            "id": workspace.ids.new("Fn"),
            "callback_id": callback_id,
            "title": declared.get("title", callback_id),
            "description": declared.get("description", ""),
            "type": "app",
            "input_parameters": _parameters(declared, "input_parameters"),
            "output_parameters": _parameters(declared, "output_parameters"),
            "app_id": app.id,
            "date_created": workspace.moment(),
            "date_updated": workspace.moment(),
            "date_deleted": 0,
        },
        "inputs": inputs,
        "function_execution_id": execution.id,
        "workflow_execution_id": workspace.ids.new("Wx"),
        "event_ts": workspace.new_ts(),
        "bot_access_token": execution.token,
    }
    receipt = await interactions.courier.announce(app, "function_executed", event(workspace, app, inner))
    return told(receipt) | {"function_execution_id": execution.id}


def _parameters(declared: Json, which: str) -> list[Json]:
    return [
        {"type": parameter["type"], "name": name, "is_required": bool(parameter.get("is_required"))}
        | {key: parameter[key] for key in ("title", "description") if key in parameter}
        for name, parameter in (declared.get(which) or {}).items()
    ]


def executions(call: ControlCall) -> Json:
    """List the function executions and their results."""
    call.only()
    return {"executions": [execution.as_json() for execution in call.workspace.executions.values()]}
