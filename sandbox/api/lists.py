"""slackLists.*: lists an app keeps in Slack. Values are stored as given; types are checked, references are not."""

import csv
import io
import json
from typing import Any

from sandbox.api import access
from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.api.paging import page
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state.documents import Item, SlackList
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

LONGEST_NAME = 255
MOST_COLUMNS = 50
MOST_ROWS = 1000
MOST_EXPORTS = 1000

TODO: list[Json] = [
    {"key": "todo_completed", "name": "Completed", "type": "todo_completed", "is_primary_column": False},
    {"key": "todo_assignee", "name": "Assignee", "type": "todo_assignee", "is_primary_column": False},
    {"key": "todo_due_date", "name": "Due Date", "type": "todo_due_date", "is_primary_column": False},
]

VALUE_KEYS = {
    "text": "rich_text",
    "rich_text": "rich_text",
    "message": "message",
    "number": "number",
    "select": "select",
    "multi_select": "select",
    "date": "date",
    "user": "user",
    "attachment": "attachment",
    "checkbox": "checkbox",
    "email": "email",
    "phone": "phone",
    "channel": "channel",
    "rating": "rating",
    "timestamp": "timestamp",
    "link": "link",
    "todo_completed": "checkbox",
    "todo_assignee": "user",
    "todo_due_date": "date",
}
"""The key of a field's value for each type of column."""

EXPORTS = ("csv", "json")

UNEDITABLE = frozenset({"created_by", "created_time", "last_edited_by", "last_edited_time"})


def create(call: Call) -> Json:
    """Create a list: from a schema, as a copy, or plain."""
    name = call.text("name")
    if len(name) > LONGEST_NAME:
        raise SlackError("over_title_length_maximum")
    if call.args.get("copy_from_list_id") and call.args.get("schema"):
        raise SlackError("invalid_copy_and_schema_args")
    if call.args.get("include_copied_list_records") and not call.args.get("copy_from_list_id"):
        raise SlackError("missing_arg_copy_from_list_id")
    made = SlackList(
        id=call.workspace.ids.new("F"),
        name=name,
        user=call.user,
        created=call.workspace.moment(),
        columns=_columns(call),
        description_blocks=call.args.get("description_blocks") or [],
        todo_mode=bool(call.args.get("todo_mode")),
    )
    call.workspace.lists[made.id] = made
    return {"list_id": made.id, "list_metadata": _metadata(made)}


def _columns(call: Call) -> list[Json]:
    if call.args.get("copy_from_list_id"):
        return [dict(column) for column in _list(call, "copy_from_list_id", "invalid_schema").columns]
    schema = call.args.get("schema") or [{"key": "name", "name": "Name", "type": "text", "is_primary_column": True}]
    if isinstance(schema, Unreadable) or not isinstance(schema, list) or not all(isinstance(c, dict) for c in schema):
        raise SlackError("invalid_schema")
    if len(schema) > MOST_COLUMNS:
        raise SlackError("over_column_maximum")
    if not all(isinstance(column.get("key"), str) and column.get("name") for column in schema):
        raise SlackError("invalid_schema")
    if any(column.get("type") not in VALUE_KEYS.keys() | UNEDITABLE for column in schema):
        raise SlackError("invalid_column_type")
    if sum(bool(column.get("is_primary_column")) for column in schema) != 1:
        raise SlackError("invalid_primary_column")
    todo = TODO if call.args.get("todo_mode") else []
    return [{"is_primary_column": False, **column, "id": call.workspace.ids.new("Col")} for column in [*schema, *todo]]


def _metadata(of: SlackList) -> Json:
    return {"schema": of.columns, "subtask_schema": of.columns}


def update(call: Call) -> Json:
    """Change a list's name and description."""
    found = _list(call, "id")
    if all(call.args.get(name) is None for name in ("name", "description_blocks", "todo_mode")):
        raise SlackError("missing_arguments")
    if len(call.text("name")) > LONGEST_NAME:
        raise SlackError("over_title_length_maximum")
    found.name = call.text("name") or found.name
    found.description_blocks = call.args.get("description_blocks") or found.description_blocks
    found.todo_mode = bool(call.args.get("todo_mode", found.todo_mode))
    return {}


def create_item(call: Call) -> Json:
    """Add a row."""
    found = _list(call)
    if len(found.items) >= MOST_ROWS:
        raise SlackError("over_row_maximum")
    cells: dict[str, Json] = {}
    if call.text("duplicated_item_id"):
        original = found.items.get(call.text("duplicated_item_id"))
        if original is None:
            raise SlackError("duplicated_item_not_found")
        cells = {column: dict(cell) for column, cell in original.cells.items()}
    fields = call.args.get("initial_fields") or []
    if isinstance(fields, Unreadable) or not isinstance(fields, list):
        raise SlackError("invalid_args")
    cells |= {column["id"]: cell for column, cell in (_cell(found, field) for field in fields)}
    now = call.workspace.moment()
    parent = call.text("parent_item_id") or None
    item = Item(call.workspace.ids.new("Rec"), now, call.user, now, cells, parent)
    found.items[item.id] = item
    return {"item": _item_json(found, item)}


def _cell(of: SlackList, field: Any) -> tuple[Json, Json]:
    """Return the column a field belongs to, and the field as stored."""
    if not isinstance(field, dict):
        raise SlackError("invalid_args")
    column = next((c for c in of.columns if c["id"] == field.get("column_id")), None)
    if column is None:
        raise SlackError("invalid_column_id")
    if column["type"] in UNEDITABLE:
        raise SlackError("uneditable_column")
    key = VALUE_KEYS[column["type"]]
    if key not in field:
        raise SlackError("invalid_input_type")
    choices = {choice["value"] for choice in (column.get("options") or {}).get("choices") or []}
    value = field[key]
    if key == "select" and choices and not set(value if isinstance(value, list) else [value]) <= choices:
        raise SlackError("invalid_option_id")
    return column, {"key": column["key"], key: value, "value": value, "column_id": column["id"]}


def update_items(call: Call) -> Json:
    """Set cells, in existing rows or in rows the call creates."""
    found = _list(call)
    cells = call.args["cells"]
    if isinstance(cells, Unreadable) or not isinstance(cells, list) or not cells:
        raise invalid_arguments("must provide an array [json-pointer:/cells]")
    for field in cells:
        row = field.get("row_id") if isinstance(field, dict) else None
        if not row and not (isinstance(field, dict) and field.get("row_id_to_create")):
            raise SlackError("row_id_not_provided")
        if "column_id" not in field:
            raise SlackError("column_id_not_provided")
        if row and row not in found.items:
            raise SlackError("invalid_row_id")
        column, cell = _cell(found, field)
        now = call.workspace.moment()
        made = Item(str(field.get("row_id_to_create")), now, call.user, now)
        item = found.items[row] if row else found.items.setdefault(made.id, made)
        item.cells[column["id"]] = cell
        item.updated = now
    return {}


def item_info(call: Call) -> Json:
    """Describe one row."""
    found = _list(call)
    item = found.items.get(call.text("id"))
    if item is None:
        raise SlackError("record_not_found")
    described = {"id": found.id, "title": found.name, "user": found.user, "list_metadata": _metadata(found)}
    subtasks = [_item_json(found, other) for other in found.items.values() if other.parent == item.id]
    return {"list": described, "record": _item_json(found, item), "subtasks": subtasks}


def list_items(call: Call) -> Json:
    """List the rows, or the archived ones."""
    found = _list(call)
    wanted = bool(call.args.get("archived"))
    items = [item for item in found.items.values() if item.archived == wanted]
    chosen, metadata = page(call, items, lambda item: item.id, default=100, most=1000)
    return {"items": [_item_json(found, item) for item in chosen], "response_metadata": metadata}


def delete_item(call: Call) -> Json:
    """Delete one row."""
    found = _list(call)
    if found.items.pop(call.text("id"), None) is None:
        raise SlackError("record_not_found")
    return {}


def delete_items(call: Call) -> Json:
    """Delete several rows; ignore missing ones."""
    found = _list(call)
    for item_id in call.args["ids"]:
        found.items.pop(item_id, None)
    return {}


def _list(call: Call, name: str = "list_id", error: str = "list_not_found") -> SlackList:
    found = call.workspace.lists.get(call.text(name))
    if found is None or not access.may(call.workspace, found, call.user, "read"):
        raise SlackError(error)
    return found


def start_download(call: Call) -> Json:
    """Start an export, which is ready immediately."""
    found = _list(call)
    job = call.workspace.ids.new("Le")
    if len(call.workspace.exports) >= MOST_EXPORTS:
        del call.workspace.exports[next(iter(call.workspace.exports))]
    call.workspace.exports[job] = (found.id, _format(call), bool(call.args.get("include_archived")))
    return {"job_id": job}


def get_download(call: Call) -> Json:
    """Return the URL of an export."""
    found = _list(call)
    list_id, form, _ = call.workspace.exports.get(call.text("job_id"), ("", "", False))
    if (list_id, form) != (found.id, _format(call)):
        raise SlackError("job_not_found")
    return {"status": "COMPLETED", "download_url": f"{call.workspace.base_url}/exports/{call.text('job_id')}"}


def _format(call: Call) -> str:
    form = call.text("format") or EXPORTS[0]
    if form not in EXPORTS:
        raise invalid_arguments(f"must be one of: {', '.join(EXPORTS)} [json-pointer:/format]")
    return form


def export(workspace: Workspace, job: str) -> tuple[str, str] | None:
    """Return the media type and content of an export; None if the job or the list does not exist any more."""
    list_id, form, archived = workspace.exports.get(job, ("", "", False))
    found = workspace.lists.get(list_id)
    if found is None:
        return None
    items = [item for item in found.items.values() if archived or not item.archived]
    if form == "json":
        described = {"id": found.id, "title": found.name, "list_metadata": _metadata(found)}
        return "application/json", json.dumps(described | {"items": [_item_json(found, item) for item in items]})
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow([column["name"] for column in found.columns])
    for item in items:
        writer.writerow([_cell_text(item.cells.get(column["id"])) for column in found.columns])
    return "text/csv", table.getvalue()


def _cell_text(cell: Json | None) -> str:
    value = cell["value"] if cell else ""
    return value if isinstance(value, str) else json.dumps(value)


def _item_json(of: SlackList, item: Item) -> Json:
    answer: Json = {
        "id": item.id,
        "list_id": of.id,
        "date_created": item.created,
        "created_by": item.created_by,
        "updated_by": item.created_by,
        "fields": list(item.cells.values()),
        "updated_timestamp": str(item.updated),
    }
    return answer | ({"parent_record_id": item.parent} if item.parent else {})


HANDLERS = {
    "slackLists.access.set": access.setting(_list),
    "slackLists.access.delete": access.deleting(_list),
    "slackLists.download.start": start_download,
    "slackLists.download.get": get_download,
    "slackLists.create": create,
    "slackLists.update": update,
    "slackLists.items.create": create_item,
    "slackLists.items.update": update_items,
    "slackLists.items.info": item_info,
    "slackLists.items.list": list_items,
    "slackLists.items.delete": delete_item,
    "slackLists.items.deleteMultiple": delete_items,
}
