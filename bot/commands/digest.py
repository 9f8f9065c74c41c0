"""`escalate digest`."""

import click

from bot.commands.services import opened
from bot.commands.terminal import say
from bot.database.people import is_slack_id
from bot.views.overview import digest_preview


@click.command()
@click.option("--for", "person", required=True, metavar="USER", help="Whom, by e-mail or Slack id.")
@click.option("--dry-run", is_flag=True, help="Print it without sending it. The running bot sends digests.")
def digest(*, person: str, dry_run: bool) -> None:
    """Print the digests that would come to someone now, or why none does."""
    if not dry_run:
        raise click.UsageError("The running bot sends digests; add --dry-run to print one.")
    if "@" not in person and not is_slack_id(person):
        raise click.BadParameter(f"{person!r} is neither an e-mail address nor a Slack id.", param_hint="--for")
    with opened() as services:
        readers, command = services.digest_readers, services.records.service_settings.command
        say(digest_preview.draw(readers.read(person), command, readers.names))
