"""The documents: what they refer to is there, and what has to be complete in them is complete."""

import re
import typing
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from pydantic import BaseModel

from bot import metrics
from bot.__main__ import main as escalate
from bot.handlers.kit.words import VERBS, understand
from bot.policy.model.rules import Policy
from bot.services.reports import headline
from bot.services.reports.export_columns import header
from bot.services.reports.export_tables import TABLES
from bot.settings import Settings, is_secret
from sandbox.__main__ import main as escalate_sandbox

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    ROOT / "sandbox" / "README.md",
    ROOT / "sandbox" / "page" / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
]

FENCE = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
PLACE = re.compile(r"<a id=\"([^\"]+)\">")
FOLDERS = "bot|docs|migrations|sandbox|tests|\\.ci"
FILE = re.compile(
    rf"(?<![\w/.-])(?:(?:{FOLDERS})/[\w./-]*\w|[\w-]+\.(?:md|toml)|manifest\.yml|Makefile|Dockerfile)(?![\w/-])"
)
MODULE = re.compile(r"(?<![\w./])(?:bot|sandbox)(?:\.[A-Za-z_]\w*)+")
MODULE_IN_CODE = re.compile(rf"`({MODULE.pattern})`")
# Part of a module's path, such as `views` with `kit` behind it: nobody finds it without what stands before.
LAYERS = "commands|database|handlers|integrations|models|policy|ports|scheduler|services|views"
CUT_MODULE_IN_CODE = re.compile(rf"`((?:{LAYERS})(?:\.[a-z_]\w*)+)`")
FILE_IN_CODE = re.compile(rf"(?<![\w/.-])(?:{FOLDERS})/[\w./-]*\w\.(?:css|js|md|py|toml|yml)(?![\w/-])")
SETTING = re.compile(r"\b(?:(?:ESCALATE|SLACK)_[A-Z_]+|DATABASE_URL)\b")
COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?(escalate(?:-sandbox)?)(?: (.*))?")
SLASH = re.compile(r"/escalate(?: ([^`\n]*))?$")
TARGET = re.compile(r"(?<![\w-])make ([a-z][a-z-]*)")
SELECTED = re.compile(r"-k \"([^\"]+)\"")
METRIC = re.compile(r"\bescalate_[a-z_]+")
CITED = re.compile(r"(docs/[\w-]+\.md)(?:#([\w-]+))?")
# A document by its name alone, as those at the top are called.
BY_NAME = re.compile(r"(?<![\w/.-])[A-Z]{4,}\.md\b")
# What people have written, of which the comments and messages name documents.
WRITTEN = frozenset({".py", ".js", ".css", ".html", ".yml", ".toml", ".csv"})
KEY = re.compile(r"[a-z0-9_.]+")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Folders with a folder for each feature.
FEATURE_FOLDERS = ("bot/services", "bot/views", "tests/stories")
each_document = pytest.mark.parametrize("path", DOCUMENTS, ids=named)


def code(text: str) -> Iterator[str]:
    """Yield what is written as code: each line of a block, and each piece within a sentence."""
    for block in FENCE.findall(text):
        for line in block.splitlines():
            yield line.partition(" # ")[0].strip()
    yield from INLINE.findall(FENCE.sub("", text))


def slug(title: str) -> str:
    """Return the anchor of a heading, as GitHub makes it."""
    plain = re.sub(r"[^\w\- ]", "", title.replace("`", "").strip().lower())
    return plain.replace(" ", "-")


@cache
def anchors(path: Path) -> frozenset[str]:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    return frozenset([*map(slug, HEADING.findall(text)), *PLACE.findall(text)])


def test_every_feature_is_in_the_table_of_features_and_has_one_name_in_every_layer() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    listed = set(
        re.findall(r"^\| `(\w+)` \|", text.partition("## The features")[2].partition("\n## ")[0], re.MULTILINE)
    )
    layers = {layer: {path.name for path in (ROOT / layer).iterdir() if path.is_dir()} for layer in FEATURE_FOLDERS}
    assert layers["bot/services"] - {"__pycache__"} == listed
    assert layers["bot/views"] - {"__pycache__", "kit", "reminders"} <= listed
    assert layers["tests/stories"] - {"__pycache__"} <= listed
    handlers = {path.stem for path in (ROOT / "bot" / "handlers").glob("[a-z]*.py")}
    beside = {"registry", "commands", "menu", "picking", "page_links", "pager_answers", "customer_links", "captures"}
    beside |= {"action_items", "status_calls", "digest_menu"}
    assert handlers - beside <= listed
    effects = {path.stem for path in (ROOT / "bot" / "scheduler" / "effects").glob("[a-z]*.py")}
    of_others = {
        "registry",
        "kit",
        "messages",
        "asked_where",
        "rings",
        "team_rings",
        "direct_mails",
        "hot_lists",
        "link_previews",
    }
    assert effects - of_others <= listed


@each_document
def test_links_lead_somewhere(path: Path) -> None:
    dead = []
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"https?:|mailto:", link):
            continue
        target, _, anchor = link.partition("#")
        there = (path.parent / target).resolve() if target else path
        if not there.exists() or (anchor and anchor not in anchors(there)):
            dead.append(link)
    assert dead == []


@each_document
def test_files_that_are_named_exist(path: Path) -> None:
    found = {file for piece in code(path.read_text(encoding="utf-8")) for file in FILE.findall(piece)}
    assert sorted(file for file in found if not (ROOT / file).exists() and not (ROOT / "docs" / file).exists()) == []


@each_document
def test_modules_that_are_named_exist(path: Path) -> None:
    found = {name for piece in code(path.read_text(encoding="utf-8")) for name in MODULE.findall(piece)}
    assert sorted(name for name in found if not is_there(name)) == []


def is_there(name: str) -> bool:
    """Return True if a name is a module or package, or is defined in one."""
    whole, (owner, _, last) = ROOT / name.replace(".", "/"), name.rpartition(".")
    if whole.is_dir() or whole.with_suffix(".py").is_file():
        return True
    within = ROOT / owner.replace(".", "/")
    source = within / "__init__.py" if within.is_dir() else within.with_suffix(".py")
    defined = rf"^(?:async def|def|class) {last}\b|^{last}\b.* = "
    return source.is_file() and re.search(defined, source.read_text(encoding="utf-8"), re.MULTILINE) is not None


@each_document
def test_settings_that_are_named_exist(path: Path) -> None:
    fields = Settings.model_fields.items()
    known = {(field.alias or name).upper() for name, field in fields}
    known |= {f"{(field.alias or name).upper()}_FILE" for name, field in fields if is_secret(name)}
    assert sorted(set(SETTING.findall(path.read_text(encoding="utf-8"))) - known) == []


@each_document
def test_commands_that_are_named_exist(path: Path) -> None:
    programs = {"escalate": escalate, "escalate-sandbox": escalate_sandbox}
    wrong = []
    for piece in code(path.read_text(encoding="utf-8")):
        typed = COMMAND.fullmatch(piece)
        if typed and not is_command(programs[typed[1]], (typed[2] or "").split()):
            wrong.append(piece)
    assert wrong == []


def test_every_command_is_described() -> None:
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    program = [name for name in escalate.list_commands(click.Context(escalate)) if f"| `escalate {name}" not in text]
    words = set(re.findall(r"[\w-]+", " ".join(INLINE.findall(text))))
    # Several words have one meaning: one of them is enough.
    alike: dict[object, set[str]] = {}
    for verb in VERBS:
        read = understand(verb, lambda _: True)
        alike.setdefault(read.move or read.verb, set()).add(verb)
    assert (program, [named for named in alike.values() if not named & words]) == ([], [])


def is_command(command: click.Command, words: list[str]) -> bool:
    """Return True if words lead from a program to one of its commands, with options that it has."""
    while words and isinstance(command, click.Group) and not words[0].startswith("-"):
        found = command.get_command(click.Context(command), words.pop(0))
        if found is None:
            return False
        command = found
    known = {"--help", "--version", *(option for parameter in command.params for option in parameter.opts)}
    return all(word.partition("=")[0] in known for word in words if word.startswith("--"))


@each_document
def test_verbs_of_the_slash_command_exist(path: Path) -> None:
    wrong = []
    for piece in code(path.read_text(encoding="utf-8")):
        typed = SLASH.fullmatch(piece)
        verb, _, rest = (typed[1] or "").partition(" ") if typed else ("", "", "")
        # Several words may be what somebody says of a customer; with a bracket behind it, it is an instruction.
        if verb and (not rest or rest.startswith("[")):
            words = understand(verb if verb.casefold() != "esc-n" else "esc-1", lambda _: True)
            if words.verb is None and words.move is None:
                wrong.append(piece)
    assert wrong == []


@each_document
def test_targets_of_make_that_are_named_exist(path: Path) -> None:
    known = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    found = {target for piece in code(path.read_text(encoding="utf-8")) for target in TARGET.findall(piece)}
    assert sorted(found - known) == []


@each_document
def test_tests_that_are_selected_by_name_exist(path: Path) -> None:
    sources = "".join(test.read_text(encoding="utf-8") for test in (ROOT / "tests").rglob("test_*.py"))
    chosen = {
        name
        for expression in SELECTED.findall(path.read_text(encoding="utf-8"))
        for name in expression.split(" and ")
        if name not in {"sqlite", "postgresql"}
    }
    assert sorted(name for name in chosen if not re.search(rf"def test_\w*{name}", sources)) == []


def test_metrics_that_are_named_exist() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert headline.__doc__, "its module registers the numbers"
    known = {metric.name for metric in metrics.REGISTRY.collect()}
    found = {name.removesuffix("_total") for name in METRIC.findall(text)}
    assert found
    assert sorted(found - known) == []


@each_document
def test_no_document_names_a_place_on_somebodys_machine(path: Path) -> None:
    assert re.findall(r"(?<![\w.])/(?:work|tmp|root|home)/\S*", path.read_text(encoding="utf-8")) == []


@each_document
def test_a_heading_stands_apart_from_what_is_before_it(path: Path) -> None:
    lines = FENCE.sub("", path.read_text()).splitlines()
    assert [line for before, line in pairwise(lines) if HEADING.match(line) and before.strip()] == []


@each_document
def test_documents_speak_as_the_bot_does(path: Path) -> None:
    text = INLINE.sub("", FENCE.sub("", path.read_text(encoding="utf-8")))
    assert re.findall(r"\b(?:somebody|everybody|anybody|nobody|whoever|anew)\b", text, re.IGNORECASE) == []


def test_documents_that_the_code_refers_to_exist() -> None:
    dead, known = [], {path.name for path in DOCUMENTS}
    for folder in ("bot", "migrations", "sandbox", "tests"):
        for source in (one for one in (ROOT / folder).rglob("*") if one.suffix in WRITTEN):
            text = source.read_text(encoding="utf-8")
            for target, anchor in CITED.findall(text):
                there = ROOT / target
                if not there.exists() or (anchor and anchor not in anchors(there)):
                    dead.append(f"{named(source)}: {target}#{anchor}")
            dead += [f"{named(source)}: {name}" for name in BY_NAME.findall(text) if name not in known]
    assert dead == []


def test_modules_and_files_that_the_code_refers_to_exist() -> None:
    """Migrations may name what was there when they were written: they are never edited."""
    dead = []
    for folder in ("bot", "sandbox", "tests"):
        for source in (ROOT / folder).rglob("*.py"):
            text = source.read_text(encoding="utf-8")
            dead += [f"{named(source)}: {name}" for name in MODULE_IN_CODE.findall(text) if not is_there(name)]
            dead += [f"{named(source)}: {name} without `bot.`" for name in CUT_MODULE_IN_CODE.findall(text)]
            dead += [f"{named(source)}: {file}" for file in FILE_IN_CODE.findall(text) if not (ROOT / file).exists()]
    assert dead == []


def test_every_key_of_a_policy_is_described() -> None:
    text = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    described = {key for piece in INLINE.findall(text) for key in KEY.findall(piece)}
    described |= {part for key in described for part in key.split(".")}
    assert sorted(keys_of(Policy) - described) == []


def keys_of(part: type[BaseModel]) -> set[str]:
    """Return every key that a part of a policy file may have, whatever lies below it included."""
    found: set[str] = set()
    seen: set[type[BaseModel]] = set()
    waiting = [part]
    while waiting:
        model = waiting.pop()
        if model in seen:
            continue
        seen.add(model)
        for name, field in model.model_fields.items():
            found.add(field.alias or name)
            waiting += parts_in(field.annotation)
    return found


def parts_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [part for argument in typing.get_args(annotation) for part in parts_in(argument)]


def test_the_export_is_described_column_by_column() -> None:
    text = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    columns, tables = text.partition("## The columns of an escalation")[2].split("## The tables")
    described = [key for row in re.findall(r"^\| (`.*?) \|", columns, re.MULTILINE) for key in INLINE.findall(row)]
    assert sorted(described) == sorted(header())
    assert set(re.findall(r"^\| `(\w+)` \|", tables, re.MULTILINE)) == {"escalations", *TABLES}


def test_every_scope_has_its_reason() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*`) \|", text.partition("## Scopes")[2].partition("\n## ")[0], re.MULTILINE)
    manifest = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
    asked = manifest["oauth_config"]["scopes"]["bot"]
    assert sorted(scope for row in rows for scope in INLINE.findall(row)) == sorted(asked)
