"""Settings in files: `.env`, and secrets that are each in a file of their own."""

import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from dotenv import dotenv_values
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from pydantic_settings.sources import DotEnvSettingsSource
from pydantic_settings.sources.utils import parse_env_vars

from bot.errors import BadInput
from bot.integrations.reading import read_text

# A secret may be in a file, whose path is in the variable with this ending.
_FROM_FILE: Final = "_FILE"


class SecretFiles(PydanticBaseSettingsSource):
    """Reads secrets from the files that `<VARIABLE>_FILE` names, without the line break at the end."""

    def __init__(
        self, kind: type[BaseSettings], variables: Mapping[str, str | None], is_secret: Callable[[str], bool]
    ) -> None:
        super().__init__(kind)
        self.variables = variables
        self.is_secret = is_secret

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Return the value of one setting; None if it is in no file. Raises BadInput."""
        variable = (field.alias or field_name).upper()
        path = self.variables.get((variable + _FROM_FILE).lower()) if self.is_secret(field_name) else None
        if not path:
            return None, field.alias or field_name, False
        if self.variables.get(variable.lower()):
            raise BadInput([f"{variable} and {variable}{_FROM_FILE} are both set; keep one of them."])
        try:
            value = read_text(Path(path)).rstrip("\r\n")
        except BadInput as error:
            raise BadInput([f"{variable}{_FROM_FILE}: {problem}" for problem in error.problems]) from None
        return value, field.alias or field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the settings that are in files."""
        found = {}
        for name, field in self.settings_cls.model_fields.items():
            value, key, _ = self.get_field_value(field, name)
            if value is not None:
                found[key] = value
        return found


class SettingsFile(DotEnvSettingsSource):
    """Reads `.env` as the other files of an operator: also in UTF-16, and never without end."""

    def _read_env_file(self, file_path: Path) -> Mapping[str, str | None]:
        values = dotenv_values(stream=io.StringIO(read_text(file_path)))
        return parse_env_vars(values, self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str)
