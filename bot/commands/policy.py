"""`escalate policy check`, `show` and `simulate`, which need no database and no Slack.

And `migrate`, which reads both.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot import settings
from bot.clock import SystemClock
from bot.commands import matrix
from bot.commands.parameters import DayType, MomentType
from bot.commands.tables import terminal_width
from bot.commands.terminal import line, say, shown, write
from bot.errors import BadInput
from bot.integrations.files import check_policy, load_directory, load_policy
from bot.policy.decide.directory_gaps import gaps
from bot.policy.file.loading import PRESETS, dump, preset
from bot.policy.model.facts import ACCOUNT, ISSUE, HealthState
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import SimulationQuestion, as_text, simulate

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TIERS = ("strategic", "enterprise", "standard")


@click.group()
def policy() -> None:
    """Check a policy, show it, simulate it."""


@policy.command()
@click.argument("file", type=_FILE)
def check(file: Path) -> None:
    """List every problem of a policy file, by line and field, and every warning."""
    checked = check_policy(file, SystemClock().now().date())
    for warning in checked.warnings:
        say(line(warning), err=True)
    found = checked.policy
    missing = tuple(_gaps(found))
    for gap in missing:
        say(line(f"directory: {gap}"), err=True)
    asked = found.matrix
    size = [f"a matrix of {len(asked.broken.answers)} by {len(asked.affected.answers)}"] if asked is not None else []
    parts = _counted(len(found.levels), "level"), *size, _counted(len(found.categories), "category", "categories")
    contents = f"{found.name}, version {found.version}: {', '.join(parts)}, {_counted(len(found.rules), 'rule')}"
    verdict = f"can be used, with {_counted(len(checked.warnings), 'warning')}" if checked.warnings else "is in order"
    directory = f" The directory has {_counted(len(missing), 'gap')}." if missing else ""
    say(line(f"{file} {verdict} ({contents}).{directory}"))


def _gaps(found: Policy) -> Iterator[str]:
    """Yield what nobody is named for in the configured directory; nothing if there is none."""
    try:
        path = settings.load().directory
    except BadInput:
        return
    if path is not None:
        for gap in gaps(load_directory(path), found):
            yield f"{gap.what}: {gap.otherwise}. {gap.do}"


@policy.command()
@click.option("--policy", "named", metavar="NAME|FILE", help="A preset or a file; by default the configured policy.")
@click.option("--yaml", "as_yaml", is_flag=True, help="The whole policy as a file without `extends`.")
def show(*, named: str | None, as_yaml: bool) -> None:
    """Show a policy as a table; with --yaml every value in it, inherited ones included."""
    found = load_policy(named or _configured_policy())
    today = SystemClock().now().astimezone(found.zone).date()
    if as_yaml:
        write(dump(found))
    else:
        say(matrix.as_text(found, terminal_width(), today))


@policy.command("simulate")
@click.option(
    "--preset", "named", type=click.Choice(PRESETS), help="Simulate this preset. Give either --preset or --policy."
)
@click.option("--policy", "file", type=_FILE, help="Simulate this policy file. Give either --preset or --policy.")
@click.option("--declared-at", type=MomentType(), required=True, help="Such as 2025-01-10T17:00:00-05:00.")
@click.option("--level", help="The chosen level: its code, label or alias. Not needed if there is only one.")
@click.option("--broken", metavar="KEY", help="With a matrix, instead of --level: how much is broken.")
@click.option("--affected", metavar="KEY", help="With a matrix, instead of --level: how many are affected.")
@click.option(
    "--kind",
    type=click.Choice((ISSUE, ACCOUNT)),
    help="[default: issue; account with a health state]",
)
@click.option("--category", metavar="KEY", help="Such as security_privacy.")
@click.option("--trigger", "triggers", metavar="KEY", multiple=True, help="A trigger, such as fraud; repeatable.")
@click.option(
    "--health-state", type=click.Choice(tuple(HealthState), case_sensitive=False), help="The account programme's."
)
@click.option("--tier", type=click.Choice(_TIERS, case_sensitive=False), help="The account's tier.")
@click.option("--plan", help="The account's plan, such as enterprise.")
@click.option("--vip", is_flag=True, help="The account is a VIP.")
@click.option("--health", type=click.IntRange(0, 100), help="The account's health.")
@click.option("--renewal-on", type=DayType(), help="The account's renewal date, such as 2025-02-20.")
@click.option("--last-update-at", type=MomentType(), help="When the last update was, instead of the declaration.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, in UTF-8.")
def simulate_(*, named: str | None, file: Path | None, triggers: tuple[str, ...], as_json: bool, **asked: Any) -> None:
    """Show what the policy would do, and why.

    A time without an offset is read in the policy's zone.
    """
    if (named is None) is (file is None):
        raise click.UsageError("Name one of --preset and --policy.")
    found = load_policy(str(file)) if file else preset(str(named))
    if found.only_level is None and not any(asked[option] for option in ("level", "broken", "affected")):
        raise click.UsageError("Missing option '--level'. With a matrix, give --broken and --affected instead.")
    for option in ("declared_at", "last_update_at"):
        asked[option] = asked[option] and _with_offset(asked[option], found.zone, option)
    try:
        answer = simulate(SimulationQuestion(policy=found, triggers=frozenset(triggers), **asked))
    except BadInput as refused:
        raise BadInput([*refused.problems, *_options_of(found)]) from None
    if as_json:
        write(f"{shown(json.dumps(answer, ensure_ascii=False, indent=2))}\n")
    else:
        say(as_text(found, answer))


@policy.command()
@click.option("--dry-run", is_flag=True, help="Show what would change, without changing anything.")
def migrate(*, dry_run: bool) -> None:
    """Show what the configured policy would change for each open escalation, and why."""
    if not dry_run:
        raise click.UsageError(
            "An escalation keeps the policy it was declared under, so no clock or promise changes. Add "
            "--dry-run to see what the policy in force would change."
        )
    # Imported here: a simulation needs no database and should not wait for one to load.
    from bot.commands import policy_migration  # noqa: PLC0415 - see above
    from bot.commands.services import opened  # noqa: PLC0415 - see above
    from bot.services.policies.migrations import Migrations  # noqa: PLC0415 - see above

    with opened() as services:
        previews = Migrations(services.records, services.policies, services.people).preview()
        say(policy_migration.as_text(previews, services.policies.current))


def _configured_policy() -> str:
    from bot import settings  # noqa: PLC0415 - a simulation needs no settings and should not wait for them to load

    return settings.load().policy


def _with_offset(at: datetime, zone: ZoneInfo, option: str) -> datetime:
    """Add the offset of the policy's zone; refuse a time that its clocks show twice or never."""
    if at.tzinfo is not None:
        return at
    first, second = (at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first != second:
        times = "never" if first is not None and second is not None and first < second else "twice"
        flag = f"--{option.replace('_', '-')}"
        raise click.BadParameter(f"clocks in {zone} show {at} {times} on that day; add the offset.", param_hint=flag)
    return at.replace(tzinfo=zone)


def _options_of(found: Policy) -> tuple[str, ...]:
    levels, categories = (level.code for level in found.levels), (category.key for category in found.categories)
    answers = (
        (f"the answers {', '.join(found.matrix.broken.labels)} and {', '.join(found.matrix.affected.labels)};",)
        if found.matrix is not None
        else ()
    )
    return (
        f"{found.name} has the levels {', '.join(levels)};",
        *answers,
        f"and the categories {', '.join(categories)}.",
    )


def _counted(count: int, noun: str, nouns: str | None = None) -> str:
    return f"{count} {noun if count == 1 else nouns or f'{noun}s'}"
