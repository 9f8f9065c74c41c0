"""The apps installed in the workspace, each with its manifest, its bot and its tokens."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.manifest import Manifest
from sandbox.state.people import User
from sandbox.workspace_file import Tokens


@dataclass
class App:
    """An installed app. With `events_url` Slack's requests go there, signed; otherwise over Socket Mode."""

    number: int
    manifest: Manifest
    tokens: Tokens
    events_url: str | None = None
    revoked: bool = field(default=False)

    @property
    def id(self) -> str:
        """Return the id of the app: `A0SANDBOX1` is the first."""
        return f"A0SANDBOX{self.number}"

    @property
    def user_id(self) -> str:
        """Return the id of the bot as a user."""
        return f"U0SANDBOX{self.number}"

    @property
    def bot_id(self) -> str:
        """Return the id of the bot as a bot."""
        return f"B0SANDBOX{self.number}"

    @property
    def verification_token(self) -> str:
        """Return the legacy verification token, which payloads still carry for apps that don't check signatures."""
        return f"verification-{self.number}"

    def allows(self, scope: str) -> bool:
        """Return True if the app was installed with a scope; without a manifest it has all scopes."""
        return self.manifest.scopes is None or scope in self.manifest.scopes

    def allows_any(self, scopes: Iterable[str]) -> bool:
        """Return True if one of these scopes was granted."""
        return any(self.allows(scope) for scope in scopes)

    def hears(self, event: str) -> bool:
        """Return True if the app is subscribed to an event."""
        return self.manifest.events is None or event in self.manifest.events

    def hears_metadata(self, app_id: str, event_type: str) -> bool:
        """Return True if the manifest names metadata of this type, of this app or (`*`) of any."""
        named = self.manifest.metadata
        return named is None or bool({(app_id, event_type), ("*", event_type)} & named)

    def as_user(self) -> User:
        """Return the bot as a member of the workspace."""
        name = "".join(letter if letter.isalnum() else "_" for letter in self.manifest.display_name.lower())
        return User(
            id=self.user_id,
            name=name,
            real_name=self.manifest.display_name,
            is_bot=True,
            app_id=self.id,
            bot_id=self.bot_id,
        )

    def profile(self, team_id: str) -> dict[str, Any]:
        """Return the `bot_profile` that messages of the bot carry."""
        return {
            "id": self.bot_id,
            "app_id": self.id,
            "user_id": self.user_id,
            "name": self.manifest.display_name,
            "icons": {},
            "deleted": False,
            "updated": 0,
            "team_id": team_id,
        }


def install(manifests: Sequence[Manifest], tokens: Tokens, urls: Sequence[str | None] = ()) -> list[App]:
    """Install the apps: the first gets `tokens`, the others get theirs with `-2`, `-3` and so on appended."""
    apps = []
    for number, manifest in enumerate(manifests or [Manifest()], start=1):
        url = urls[number - 1] if number <= len(urls) else None
        apps.append(App(number, manifest, tokens if number == 1 else _numbered(tokens, number), url))
    return apps


def _numbered(tokens: Tokens, number: int) -> Tokens:
    return Tokens(
        bot=f"{tokens.bot}-{number}",
        app=f"{tokens.app}-{number}",
        signing_secret=f"{tokens.signing_secret}-{number}",
    )
