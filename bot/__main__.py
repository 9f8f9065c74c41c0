"""The command line, `escalate`. Each command is imported only when it is called, so that all of them start quickly."""

import contextlib
import errno
import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, Final

import click

from bot import __version__
from bot.errors import BadInput, EscalateError, OutsideError

# Where each command is, and its line in the list of commands.
_COMMANDS = {
    "run": ("bot.commands.run:run", "Run the bot until it is stopped."),
    "migrate": ("bot.commands.migrating:migrate", "Bring the database's tables up to date."),
    "demo": ("bot.commands.demo:demo", "A local Slack and the bot together: nothing to set up."),
    "doctor": ("bot.commands.doctor:doctor", "Show what works, what doesn't, and what to do about it."),
    "policy": ("bot.commands.policy:policy", "Check a policy, show it, ask what it would do."),
    "accounts": ("bot.commands.accounts:accounts", "Load the account directory."),
    "people": ("bot.commands.people:people", "Load people into the directory."),
    "oncall": ("bot.commands.oncall:oncall", "Show who is on call now, and who comes next."),
    "wording": ("bot.commands.wording:wording", "Check a text for a customer before it is sent."),
    "digest": ("bot.commands.digest:digest", "Print the digest a manager would get now."),
    "report": ("bot.commands.report:report", "Print the numbers of a period: in time, kept, reopened."),
    "tickets": ("bot.commands.tickets:tickets", "Load how many tickets there were."),
    "export": ("bot.commands.export:export", "Write every escalation for a spreadsheet, or as JSON lines."),
}

_NOT_WRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}

# Commands create many objects that stay. With Python's default threshold of 700 new objects, they would be scanned
# again and again.
_YOUNG_OBJECTS = 10_000


class Commands(click.Group):
    """Load commands by name; report usage errors as a sentence and an exit status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the command names in the order of the README."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - the same
        """Load one command."""
        if cmd_name not in _COMMANDS:
            return None
        gc.set_threshold(_YOUNG_OBJECTS)
        module, _, name = _COMMANDS[cmd_name][0].partition(":")
        # Importing creates hundreds of thousands of objects that stay. Scanning them meanwhile takes a tenth of the
        # start-up time.
        gc.disable()
        try:
            command: click.Command = getattr(import_module(module), name)
        finally:
            gc.freeze()
            gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - the same
        """List the commands without loading any: loading all of them would take seconds."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in _COMMANDS.items()])

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the program. Exit with 1 and a sentence if its output can't be written, also the end of it."""
        try:
            try:
                return super().main(*args, **extra)
            finally:
                if sys.stdout is not None:
                    sys.stdout.flush()
        except OSError as error:
            if error.errno not in _NOT_WRITTEN:
                raise
            with contextlib.suppress(OSError):
                _say([f"The output can't be written: {(error.strerror or '').lower()}."])
            # What is left can't be written either, and Python would try again at the end.
            sys.stdout = None
            sys.exit(1)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. Exit with 1 and a message on stderr if something is wrong, with click's 2 for wrong usage."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                # A terminal that lacks a character shows a question mark instead of failing.
                stream.reconfigure(errors="replace")
        try:
            return super().invoke(ctx)
        except (EscalateError, OutsideError) as error:
            _say(error.problems if isinstance(error, BadInput) else [str(error)])
            ctx.exit(1)


# So many are read; a file that is wrong throughout has thousands of the same.
_MOST_PROBLEMS: Final = 100


def _say(problems: Sequence[str]) -> None:
    from bot.commands.terminal import line, say  # noqa: PLC0415 - `--help` needs no command's module

    for problem in problems[:_MOST_PROBLEMS]:
        say(line(problem), err=True)
    if len(problems) > _MOST_PROBLEMS:
        say(f"{len(problems) - _MOST_PROBLEMS:,} more problems are like these. Correct them, and look again.", err=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="escalate")
def main() -> None:
    """Escalate: the right people, a channel and clocks when a customer is in trouble."""


if __name__ == "__main__":
    main()
