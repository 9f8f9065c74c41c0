"""A company's configuration files: its policy, and its directory of people and areas."""

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from bot.errors import BadInput
from bot.integrations.reading import read_text
from bot.policy.file import loading
from bot.policy.file.documents import read
from bot.policy.file.problems import told
from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy


def load_policy(named: str) -> Policy:
    """Load a preset by name, or a policy file. Raises BadInput with every problem."""
    if named in loading.PRESETS:
        return loading.preset(named)
    return loading.load(_text(Path(named), "policy", f"a preset ({', '.join(loading.PRESETS)}) or a file"), named)


def check_policy(path: Path, today: date) -> loading.CheckedPolicy:
    """Load a policy file and check it for problems and warnings. Raises BadInput with every problem."""
    return loading.check(_text(path, "policy", "a file"), str(path), today)


def load_directory(path: Path | None) -> Directory:
    """Load the directory; return an empty one if there is no file. Raises BadInput with every problem."""
    if path is None:
        return Directory()
    document = read(_text(path, "directory", "a file"), str(path))
    try:
        return Directory.model_validate(document.data or {})
    except ValidationError as error:
        raise BadInput([told(document, found) for found in error.errors(include_url=False)]) from None


def _text(path: Path, what: str, right: str) -> str:
    if not path.exists():
        raise BadInput([f"{path}: there is no such {what}; name {right} that exists."])
    return read_text(path)
