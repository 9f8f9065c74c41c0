"""The account chosen in a form: one of the directory, or a new name; and the options that offer it."""

from dataclasses import dataclass

from slack_sdk.models.blocks import Option

from bot.views.kit.parts import option
from bot.views.kit.text import one_line

_NEW, _KNOWN = "new:", "id:"
# An option's value holds 150 characters.
NEW_NAME_LIMIT = 140
_TOO_LONG = "too long"
CHOOSE_ACCOUNT = f"Choose an account, or type a new name ({NEW_NAME_LIMIT} characters at most)."


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """A selected account: one of the directory, or a new name."""

    account_id: int | None
    name: str

    @property
    def value(self) -> str:
        """Return the value for Slack's option."""
        return f"{_KNOWN}{self.account_id}" if self.account_id is not None else f"{_NEW}{self.name}"

    @classmethod
    def read(cls, value: str, words: str) -> "AccountChoice | None":
        """Parse an option's value; `words` is its text, which names a known account. None if it is not a valid name."""
        if value == _TOO_LONG:
            return None
        if value.startswith(_KNOWN):
            return cls(int(value.removeprefix(_KNOWN)), words)
        return cls(None, value.removeprefix(_NEW))


def account_option(choice: AccountChoice, described: str | None) -> Option:
    """Return an account as an option: its name, and what matters about it."""
    return option(choice.value, choice.name, described)


def new_account(query: str) -> Option | None:
    """Return the option to add a new name; if it is too long, one that says so."""
    name = one_line(query)
    if len(name) > NEW_NAME_LIMIT:
        return option(_TOO_LONG, f"{name[:20]}…: too long", f"A new name has at most {NEW_NAME_LIMIT} characters")
    return account_option(AccountChoice(None, name), ":heavy_plus_sign: New account") if name else None
