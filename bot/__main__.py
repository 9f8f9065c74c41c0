"""The command line: `escalate`. Each command is loaded when it is called, so that every one starts quickly."""

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from bot import __version__
from bot.errors import BadInput, EscalateError

_COMMANDS = {
    "run": "bot.commands.run:run",
    "migrate": "bot.commands.run:migrate",
    "demo": "bot.commands.demo:demo",
    "accounts": "bot.commands.accounts:accounts",
    "digest": "bot.commands.digest:digest",
}


class Commands(click.Group):
    """Loads commands by name, and turns what a person did wrong into a sentence and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the names, in the order of the README."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Load one command."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command: 1 when something is wrong and said on stderr, 2 (click's own) for wrong usage."""
        try:
            return super().invoke(ctx)
        except EscalateError as error:
            _say(error.problems if isinstance(error, BadInput) else [str(error)])
            ctx.exit(1)


def _say(problems: Sequence[str]) -> None:
    for problem in problems:
        click.echo(problem, err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="escalate")
def main() -> None:
    """Escalate: when an important customer is in trouble, the right people, a channel and clocks."""


if __name__ == "__main__":
    main()
