"""`escalate digest`."""

import click

from bot.commands.services import opened
from bot.commands.terminal import say
from bot.database.people import is_slack_id
from bot.views.overview.digest import as_text


@click.command()
@click.option("--for", "person", required=True, metavar="USER", help="A manager, by e-mail or Slack id.")
@click.option("--dry-run", is_flag=True, help="Print it without sending it. The running bot sends digests.")
def digest(*, person: str, dry_run: bool) -> None:
    """Print the digest a manager would get now."""
    if not dry_run:
        raise click.UsageError("The running bot sends digests; add --dry-run to print one.")
    if "@" not in person and not is_slack_id(person):
        raise click.BadParameter(f"{person!r} is neither an e-mail address nor a Slack id.", param_hint="--for")
    with opened() as services:
        say(as_text(services.digests.compose(person, limit=None)))
