"""Helpers that import accounts and look at the result."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database.engine import open_engine
from bot.models.account import Account
from bot.services.accounts.account_file import read
from bot.services.accounts.csv_file import Rejected
from tests.commands.program import Program, Said

EVERYTHING = (
    "name,domain,tier,plan,health,renewal_on,arr,csm,manager,region,vip,dedicated_csm,area,slack_channel,contacts,crm_url\n"
    "Acme,acme.example,Strategic,enterprise,82,2027-03-31,480000.5,ANA@example.com,U01MARIA,AMER,yes,TRUE,exports,"
    "#acme,jo@acme.example; sam@acme.example;,https://crm.example/acme\n"
)


def load(escalate: Program, content: str | bytes, **settings: str) -> Said:
    return escalate("accounts", "import", escalate.file("accounts.csv", content), **settings)


def accounts(escalate: Program) -> dict[str, Account]:
    engine = open_engine(escalate.settings["DATABASE_URL"])
    with Session(engine) as session:
        found = {account.name: account for account in session.scalars(select(Account))}
    engine.dispose()
    return found


def rejections(content: str) -> list[tuple[int, str]]:
    """Return line and reasons of the rows that are rejected."""
    return [
        (row.line, "; ".join(row.reasons))
        for row in read(content.encode(), "a.csv").rows()
        if isinstance(row, Rejected)
    ]
