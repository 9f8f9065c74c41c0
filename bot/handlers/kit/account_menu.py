"""The external menu for accounts."""

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.database.transaction import Core, is_away
from bot.handlers.kit.account_lookup import until_loaded
from bot.handlers.kit.after_ack import Body
from bot.services.accounts.account_index import AccountIndex
from bot.services.accounts.accounts import Accounts
from bot.views.kit import parts
from bot.views.kit.account_choice import AccountChoice, account_option, new_account
from bot.views.kit.text import clip, one_line

# How long the menu waits for the descriptions shown with the names.
_MENU_SECONDS = 1.0


@dataclass(frozen=True)
class AccountMenu:
    """Offers accounts in every form that asks for one."""

    core: Core
    accounts: Accounts

    async def offer(self, ack: AsyncAck, body: Body) -> None:
        """Return the accounts that match the typed text, and the text itself as a new account."""
        query = one_line(body.get("value") or "")
        found = await self._found(query, body["user"]["id"])
        options = [
            account_option(AccountChoice(account.id, account.name), described(account, live)) for account, live in found
        ]
        offered = AccountIndex()
        offered.load(account for account, _ in found)
        if query and offered.named(query) is None and self.accounts.index.named(query) is None:
            fresh = new_account(query)
            options += [fresh] if fresh else []
        await ack(options=parts.offered(options))

    async def _found(self, query: str, person: str) -> list[tuple[Any, int]]:
        """Return matching accounts; if the database is slow or unavailable, the names in memory without descriptions.

        Only members of the company get here.
        """
        await until_loaded(self.core, self.accounts)
        try:
            async with asyncio.timeout(_MENU_SECONDS):
                return await self.core.run(partial(self.accounts.search, query), viewer=person)
        except Exception as error:
            if not isinstance(error, TimeoutError) and not is_away(error):
                raise
            return [(account, 0) for account in self.accounts.index.search(query)]


def described(account: Any, live: int) -> str:
    """Return an option's description: known facts of the account, and its number of live escalations."""
    parts = [account.tier, f"health {account.health}" if account.health is not None else None]
    parts.append(f"CSM {account.csm}" if account.csm else None)
    parts.append(f"{live} open" if live else None)
    return clip(" · ".join(part for part in parts if part) or "no details in the directory", 75)
