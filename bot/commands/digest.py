"""`escalate digest`."""

import click

from bot import settings
from bot.app import build_services
from bot.commands import database
from bot.views.digest import as_text


@click.command()
@click.option("--for", "person", required=True, metavar="USER", help="A manager, by e-mail or Slack id.")
@click.option("--dry-run", is_flag=True, help="Print it; nothing is sent. The bot itself sends it each morning.")
def digest(*, person: str, dry_run: bool) -> None:
    """Print the digest a manager would get now."""
    if not dry_run:
        raise click.UsageError("Digests are sent by the running bot; add --dry-run to print one.")
    loaded = settings.load()
    with database.said_plainly():
        database.require_migrated(loaded.database_url)
        click.echo(as_text(build_services(loaded).digests.compose(person)))
