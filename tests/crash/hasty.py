"""`escalate run` with shorter leases, for tests that wait until they are over."""

from datetime import timedelta

from bot.commands.run import run
from bot.scheduler import claims, deliver

LEASE = timedelta(seconds=3)


def main() -> None:
    """Run the bot. The lease stays longer than the margin and two renewals."""
    for module in (claims, deliver):
        vars(module)["LEASE"] = LEASE
    vars(deliver)["_RENEW_SECONDS"] = 0.5
    vars(deliver)["_MARGIN"] = timedelta(seconds=1)
    run.main([], prog_name="escalate run")


if __name__ == "__main__":
    main()
