"""Conversion of plain values (a word, a number, a date) to an element's value, as Slack's client would allow."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sandbox.blocks.elements import LONGEST_INPUT
from sandbox.blocks.state import options
from sandbox.control.control_call import ControlCall
from sandbox.errors import Misuse
from sandbox.state.files import LARGEST_IN_A_FORM
from sandbox.state.people import User
from sandbox.state.wire import file_json

Json = dict[str, Any]

MOST_FILES = 10
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ADDRESS = re.compile(r"https?://[^\s/]+\S*")
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class Refusal(Exception):
    """The error Slack's client shows below a field with an invalid value."""


class Entry:
    """Converts plain values for one person's form. `offered` are the options of an external menu."""

    def __init__(self, call: ControlCall, person: User, offered: list[Json] | None = None) -> None:
        self._call = call
        self._person = person
        self._offered = offered
        self._readers: dict[str, Callable[[Json, Any], Any]] = {
            "plain_text_input": self._text,
            "email_text_input": self._email,
            "url_text_input": self._address,
            "number_input": self._number,
            "rich_text_input": self._rich_text,
            "static_select": self._option,
            "external_select": self._option,
            "radio_buttons": self._option,
            "overflow": self._option,
            "multi_static_select": self._options,
            "multi_external_select": self._options,
            "checkboxes": self._options,
            "users_select": self._user,
            "multi_users_select": self._several(self._user),
            "conversations_select": self._conversation,
            "multi_conversations_select": self._several(self._conversation),
            "channels_select": self._conversation,
            "multi_channels_select": self._several(self._conversation),
            "datepicker": self._date,
            "timepicker": self._time,
            "datetimepicker": self._moment,
            "file_input": self._files,
        }

    def read(self, element: Json, plain: Any) -> Any:
        """Return the value to store; None and empty values clear the element.

        Raises Refusal if the client would show an error, and Misuse if no person could enter this value.
        """
        if plain in (None, "", []):
            return None
        value = self._readers[element["type"]](element, plain)
        most = element.get("max_selected_items")
        if isinstance(value, list) and most and len(value) > most:
            raise Misuse("too_many", f"{element['action_id']} takes {most} at most")
        return value

    def _text(self, element: Json, plain: Any) -> str:
        text = _string(plain)
        most, least = element.get("max_length") or LONGEST_INPUT, element.get("min_length") or 0
        if len(text) > most:
            raise Refusal(f"This can be {most} characters at most.")
        if len(text) < least:
            raise Refusal(f"This has to be {least} characters at least.")
        return text

    def _email(self, _element: Json, plain: Any) -> str:
        if not EMAIL.fullmatch(text := _string(plain)):
            raise Refusal("Please enter a valid email address.")
        return text

    def _address(self, _element: Json, plain: Any) -> str:
        if not ADDRESS.fullmatch(text := _string(plain)):
            raise Refusal("Please enter a valid URL.")
        return text

    def _number(self, element: Json, plain: Any) -> str:
        text = _string(plain)
        if not NUMBER.fullmatch(text):
            raise Refusal("Please enter a number.")
        if "." in text and not element["is_decimal_allowed"]:
            raise Refusal("Please enter a whole number.")
        if (low := element.get("min_value")) is not None and float(text) < float(low):
            raise Refusal(f"Please enter {low} or more.")
        if (high := element.get("max_value")) is not None and float(text) > float(high):
            raise Refusal(f"Please enter {high} or less.")
        return text

    def _rich_text(self, _element: Json, plain: Any) -> Json:
        if isinstance(plain, dict):
            return plain
        section = {"type": "rich_text_section", "elements": [{"type": "text", "text": _string(plain)}]}
        return {"type": "rich_text", "elements": [section]}

    def _option(self, element: Json, plain: Any) -> Json:
        if isinstance(plain, list):
            raise Misuse("one_value", f"{element['action_id']} takes one value, not a list")
        offered = options(element) if self._offered is None else self._offered
        wanted = _string(plain)
        for by in (_by_value, _by_label):
            if (found := next((option for option in offered if by(option) == wanted), None)) is not None:
                return found
        names = ", ".join(repr(_by_value(option)) for option in offered) or "nothing"
        raise Misuse("option_not_found", f"{element['action_id']} does not offer {wanted!r}; it offers {names}")

    def _options(self, element: Json, plain: Any) -> list[Json]:
        return [self._option(element, item) for item in (plain if isinstance(plain, list) else [plain])]

    def _user(self, _element: Json, plain: Any) -> str:
        return self._call.find_user(_string(plain)).id

    def _conversation(self, element: Json, plain: Any) -> str:
        channel = self._call.find_channel(_string(plain), self._person)
        if channel is None or (element["type"].endswith("channels_select") and not channel.is_named):
            raise Misuse("channel_not_found", f"{element['action_id']} does not offer {plain!r}")
        return channel.id

    def _several(self, one: Callable[[Json, Any], str]) -> Callable[[Json, Any], list[str]]:
        return lambda element, plain: [one(element, item) for item in (plain if isinstance(plain, list) else [plain])]

    def _date(self, element: Json, plain: Any) -> str:
        try:
            return date.fromisoformat(_string(plain)).isoformat()
        except ValueError as error:
            raise Misuse("not_a_date", f"{element['action_id']} takes a date as 2026-03-06, not {plain!r}") from error

    def _time(self, element: Json, plain: Any) -> str:
        if not TIME.fullmatch(text := _string(plain)):
            raise Misuse("not_a_time", f"{element['action_id']} takes a time as 16:30, not {plain!r}")
        return text

    def _moment(self, element: Json, plain: Any) -> int:
        text = _string(plain)
        if isinstance(plain, str) and not (text.isascii() and text.isdigit()):
            try:
                moment = datetime.fromisoformat(text)
            except ValueError as error:
                raise Misuse("not_a_time", f"{element['action_id']} takes Unix seconds, not {plain!r}") from error
            if moment.tzinfo is None:
                raise Misuse("no_zone", f"{element['action_id']} takes Unix seconds, or ISO 8601 with an offset")
            return int(moment.timestamp())
        return int(plain)

    def _files(self, element: Json, plain: Any) -> list[Json]:
        workspace = self._call.workspace
        wanted = plain if isinstance(plain, list) else [plain]
        if len(wanted) > (most := element.get("max_files") or MOST_FILES):
            raise Misuse("too_many", f"{element['action_id']} takes {most} files at most")
        if missing := [item for item in wanted if not isinstance(item, str) or item not in workspace.files]:
            raise Misuse("file_not_found", f"{element['action_id']} takes ids of uploaded files, not {missing[0]!r}")
        for file in (workspace.files[file_id] for file_id in wanted):
            if file.user != self._person.id:
                raise Misuse("file_not_found", f"{file.id} was uploaded by someone else")
            if file.filetype not in (element.get("filetypes") or [file.filetype]):
                raise Misuse("file_type", f"{element['action_id']} takes no .{file.filetype}")
            if len(file.content) > LARGEST_IN_A_FORM:
                raise Refusal("Files here can be 10 MB at most.")
        return [file_json(workspace, workspace.files[file_id]) for file_id in wanted]


def _string(plain: Any) -> str:
    if isinstance(plain, (dict, list)):
        raise Misuse("plain_value", f"a plain value is wanted here, not {plain!r}")
    return str(plain)


def _by_value(option: Json) -> str:
    return str(option["value"])


def _by_label(option: Json) -> str:
    return str(option["text"]["text"])
