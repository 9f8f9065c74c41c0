"""functions.*: how an app completes a workflow step it was asked to run."""

from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.errors import SlackError
from sandbox.state.executions import Execution

Json = dict[str, Any]


def succeed(call: Call) -> Json:
    """Complete a step with outputs, as declared in the manifest."""
    execution = _running(call)
    outputs = call.args["outputs"]
    if isinstance(outputs, Unreadable) or not isinstance(outputs, dict):
        raise SlackError("parameter_validation_failed")
    declared = call.app.manifest.functions.get(execution.callback_id, {}).get("output_parameters") or {}
    missing = [name for name, parameter in declared.items() if parameter.get("is_required") and name not in outputs]
    if missing:
        messages = [f"missing required parameter: {name}" for name in missing]
        raise SlackError("parameter_validation_failed", response_metadata={"messages": messages})
    execution.status, execution.outputs, execution.ended_at = "succeeded", outputs, call.workspace.now()
    call.workspace.changes.tell("function_completed", execution=execution.as_json())
    return {}


def fail(call: Call) -> Json:
    """Fail a step with an error for the person."""
    execution = _running(call)
    execution.status, execution.error, execution.ended_at = "failed", call.text("error"), call.workspace.now()
    call.workspace.changes.tell("function_completed", execution=execution.as_json())
    return {}


def _running(call: Call) -> Execution:
    execution = call.workspace.executions.get(call.text("function_execution_id"))
    if execution is None:
        raise SlackError("function_execution_not_found")
    if execution.app_id != call.app.id:
        raise SlackError("access_denied")
    if execution.status != "running":
        raise SlackError("execution_not_in_running_state")
    return execution


HANDLERS = {"functions.completeSuccess": succeed, "functions.completeError": fail}
