"""The settings, from the environment or `.env`. Each value that can't be used is named, with what would be right."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.sources import EnvSettingsSource

from bot.errors import BadInput
from bot.integrations import apprise_messages
from bot.integrations.mail import addresses, servers
from bot.integrations.mail.servers import MailSettings
from bot.integrations.pagerduty import services as pagerduty
from bot.integrations.pagerduty.services import PagerDutySettings
from bot.integrations.setting_files import SecretFiles, SettingsFile
from bot.policy.addresses import is_web_address, mail_address
from bot.policy.model.reaching import RouteKind
from bot.policy.names import DEFAULT_TEMPLATE, LIMIT, is_channel_id, problems_with
from bot.policy.time.durations import Duration, Unit


def _wall(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    try:
        duration = Duration.parse(str(value))
    except ValueError as error:
        raise ValueError(f"{str(value)!r} is not a duration; write 12h or 1d") from error
    if duration.unit is not Unit.WALL:
        raise ValueError("write wall time, such as 12h or 1d")
    return duration.length


def _at_least_a_day(length: timedelta) -> timedelta:
    if length < timedelta(days=1):
        raise ValueError("write a day or more, such as 14d")
    return length


def _template(value: str) -> str:
    wrong = problems_with(value)
    if wrong:
        raise ValueError("; ".join(wrong))
    return value


def _command(value: str) -> str:
    if not value.startswith("/") or " " in value:
        raise ValueError("a command begins with / and has no spaces")
    return value


def _channel(value: Any) -> Any:
    return (value.strip().removeprefix("#") or None) if isinstance(value, str) else value


def _feed(value: str | None) -> str | None:
    if value is None or value == "off":
        return None
    if not is_channel_id(value) and (value != value.lower() or not re.fullmatch(rf"[\w-]{{1,{LIMIT}}}", value)):
        raise ValueError(
            f"write a channel's name as Slack has it (lower-case letters, digits, - and _, at most {LIMIT}), its id "
            "such as C01ABCDEF, or off"
        )
    return value


def _smtp(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        servers.smtp_server(value.get_secret_value())
    return value


def _imap(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        servers.imap_server(value.get_secret_value())
    return value


def _host(value: str | None) -> str | None:
    if value is not None and mail_address(f"esc-1@{value}") != f"esc-1@{value.lower()}":
        raise ValueError("write the name of a host, such as answers.example.com")
    return value.lower() if value is not None else None


def _sender(value: str | None) -> str | None:
    if value is not None:
        addresses.sender(value)
    return value


def _routing_keys(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        pagerduty.routing_keys(value.get_secret_value())
    return value


def _apprise(value: SecretStr | None) -> SecretStr | None:
    if value is not None:
        apprise_messages.addresses(value.get_secret_value())
    return value


def _heartbeat(value: SecretStr | None) -> SecretStr | None:
    if value is not None and not is_web_address(value.get_secret_value()):
        raise ValueError("write a web address, such as https://hc-ping.com/…")
    return value


def _public_url(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    is_local = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or parts.scheme not in ({"http", "https"} if is_local else {"https"}) or parts.query:
        raise ValueError("write the address that others reach, such as https://escalate.example.com")
    return value.rstrip("/")


# Settings that hold a secret without being one.
_HOLDS_SECRET: Final = frozenset({"database_url"})


def is_secret(name: str) -> bool:
    """Return True if a setting's value must not be shown."""
    return name in _HOLDS_SECRET or "SecretStr" in str(Settings.model_fields[name].annotation)


class Settings(BaseSettings):
    """All settings. docs/configuration.md has the same table, and a test keeps it complete."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True, env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(None, description="The bot's token, `xoxb-…`")
    slack_app_token: SecretStr | None = Field(None, description="The app's token, `xapp-…`: Socket Mode, the default")
    slack_signing_secret: SecretStr | None = Field(None, description="The signing secret: Slack over HTTP instead")
    slack_api_url: str = Field("https://slack.com/api/", description="Where Slack's Web API is")
    database_url: str = Field("sqlite:///escalate.db", description="SQLite, or `postgresql://…` for several replicas")
    policy: str = Field("sev", alias="ESCALATE_POLICY", description="A preset's name, or a policy file")
    directory: Path | None = Field(None, alias="ESCALATE_DIRECTORY", description="The people and on-call file")
    command: Annotated[str, AfterValidator(_command)] = Field(
        "/escalate", alias="ESCALATE_COMMAND", description="The slash command, as in the app's manifest"
    )
    feed_channel: Annotated[str | None, BeforeValidator(_channel), AfterValidator(_feed)] = Field(
        "escalations", alias="ESCALATE_FEED_CHANNEL", description="The quiet feed, by name or id; `off` for none"
    )
    hot_list_channel: Annotated[str | None, BeforeValidator(_channel), AfterValidator(_feed)] = Field(
        "exec-hot-list",
        alias="ESCALATE_HOT_LIST_CHANNEL",
        description="Where the hot list is posted, by name or id; `off` for nowhere",
    )
    new_blocks: bool = Field(
        default=True,
        alias="ESCALATE_NEW_BLOCKS",
        description="Slack's blocks for tables and charts; `false` draws text",
    )
    channel_template: Annotated[str, AfterValidator(_template)] = Field(
        DEFAULT_TEMPLATE,
        alias="ESCALATE_CHANNEL_TEMPLATE",
        description="How channels are named, of `{account}`, `{date}` and `{number}`",
    )
    digest_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        9, alias="ESCALATE_DIGEST_HOUR", description="The hour of the digest, in each manager's own zone"
    )
    archive_after: Annotated[timedelta, BeforeValidator(_wall)] = Field(
        timedelta(days=1), alias="ESCALATE_ARCHIVE_AFTER", description="From closing to archiving the channel"
    )
    keep_effects: Annotated[timedelta, BeforeValidator(_wall), AfterValidator(_at_least_a_day)] = Field(
        timedelta(days=14),
        alias="ESCALATE_KEEP_EFFECTS",
        description="How long fired timers, finished deliveries, past absences and shifts taken over are kept; "
        "the timeline is kept always",
    )
    http_host: str = Field("127.0.0.1", alias="ESCALATE_HTTP_HOST", description="Where to listen")
    http_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8401, alias="ESCALATE_HTTP_PORT", description="Health, and in HTTP mode Slack's requests"
    )
    metrics_host: str = Field(
        "127.0.0.1", alias="ESCALATE_METRICS_HOST", description="Where to listen for Prometheus and operators"
    )
    metrics_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        8402, alias="ESCALATE_METRICS_PORT", description="Metrics, and why the bot is not ready"
    )
    smtp_url: Annotated[SecretStr | None, AfterValidator(_smtp)] = Field(
        None,
        alias="ESCALATE_SMTP_URL",
        description="The server that takes mails: `smtp://user:password@host:587?tls=starttls`, `tls` or `none`",
    )
    mail_from: Annotated[str | None, AfterValidator(_sender)] = Field(
        None, alias="ESCALATE_MAIL_FROM", description="Who mails come from: `Escalate <escalate@example.com>`"
    )
    mail_answers: Annotated[str | None, AfterValidator(_host)] = Field(
        None,
        alias="ESCALATE_MAIL_ANSWERS",
        description="The host of the addresses for answers, such as `answers.example.com`: all mail to it is read",
    )
    imap_url: Annotated[SecretStr | None, AfterValidator(_imap)] = Field(
        None,
        alias="ESCALATE_IMAP_URL",
        description="The mailbox with the answers: `imaps://user:password@host:993/INBOX`",
    )
    mail_webhook_secret: SecretStr | None = Field(
        None,
        alias="ESCALATE_MAIL_WEBHOOK_SECRET",
        description="What a mail service signs the answers with",
    )
    tickets_secret: SecretStr | None = Field(
        None,
        alias="ESCALATE_TICKETS_SECRET",
        description="What a ticket system signs its volumes with, sent to `/tickets`",
    )
    public_url: Annotated[str | None, AfterValidator(_public_url)] = Field(
        None,
        alias="ESCALATE_PUBLIC_URL",
        description="The `https://` address at which people reach ESCALATE_HTTP_PORT, for links in mails",
    )
    link_secret: SecretStr | None = Field(
        None, alias="ESCALATE_LINK_SECRET", description="Signs those links; the bot's token does if this isn't set"
    )
    pagerduty_routing_key: Annotated[SecretStr | None, AfterValidator(_routing_keys)] = Field(
        None,
        alias="ESCALATE_PAGERDUTY_ROUTING_KEY",
        description="The key of a PagerDuty service, or several by name: `KEY dana=KEY`",
    )
    pagerduty_url: str | None = Field(
        None, alias="ESCALATE_PAGERDUTY_URL", description="Where PagerDuty is, if not at its usual addresses"
    )
    pagerduty_webhook_secret: SecretStr | None = Field(
        None, alias="ESCALATE_PAGERDUTY_WEBHOOK_SECRET", description="Signs PagerDuty's webhooks to `/pagerduty`"
    )
    pagerduty_token: SecretStr | None = Field(
        None, alias="ESCALATE_PAGERDUTY_TOKEN", description="A read-only API token of PagerDuty: who acknowledged there"
    )
    apprise_urls: Annotated[SecretStr | None, AfterValidator(_apprise)] = Field(
        None,
        alias="ESCALATE_APPRISE_URLS",
        description="Other services by name, as apprise writes them: `sms=twilio://…/{phone}`",
    )
    status_page_url: Annotated[str | None, AfterValidator(_public_url)] = Field(
        None,
        alias="ESCALATE_STATUS_PAGE_URL",
        description="A status page with Statuspage's JSON, such as `https://status.example.com`: read in outages",
    )
    link_hosts: str = Field(
        "",
        alias="ESCALATE_LINK_HOSTS",
        description="The hosts without a dot that links in forms may have, such as `go wiki`; others are refused",
    )
    heartbeat_url: Annotated[SecretStr | None, AfterValidator(_heartbeat)] = Field(
        None, alias="ESCALATE_HEARTBEAT_URL", description="An address that is asked every minute while all is well"
    )
    log_level: str = Field("info", alias="ESCALATE_LOG_LEVEL", description="debug, info, warning or error")
    log_format: str = Field("console", alias="ESCALATE_LOG_FORMAT", description="console, or json for machines")

    @classmethod
    def settings_customise_sources(  # noqa: D102 - pydantic-settings' own hook
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - ours instead
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - given by name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = SettingsFile(settings_cls, env_file=".env")
        environment = env_settings.env_vars if isinstance(env_settings, EnvSettingsSource) else {}
        return init_settings, env_settings, file, SecretFiles(settings_cls, {**file.env_vars, **environment}, is_secret)

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.lower() not in {"debug", "info", "warning", "error"}:
            raise ValueError("write debug, info, warning or error")
        return value.lower()

    @field_validator("log_format")
    @classmethod
    def _known_format(cls, value: str) -> str:
        if value not in {"console", "json"}:
            raise ValueError("write console or json")
        return value

    def require_slack(self) -> None:
        """Raise BadInput unless everything needed to talk to Slack is set."""
        missing = []
        if self.slack_bot_token is None:
            missing.append("SLACK_BOT_TOKEN is not set. It is the bot's token, `xoxb-…`, from the app's page in Slack.")
        if self.slack_app_token is None and self.slack_signing_secret is None:
            missing.append(
                "Neither SLACK_APP_TOKEN (`xapp-…`, for Socket Mode) nor SLACK_SIGNING_SECRET (for HTTP) is set. "
                "Set one of them."
            )
        if missing:
            raise BadInput(missing)

    def mail(self) -> MailSettings | None:
        """Return how mail is sent; None if it isn't."""
        if self.smtp_url is None or self.mail_from is None:
            return None
        return MailSettings(servers.smtp_server(self.smtp_url.get_secret_value()), addresses.sender(self.mail_from))

    def pagerduty(self) -> PagerDutySettings | None:
        """Return how PagerDuty is reached; None if it isn't."""
        if self.pagerduty_routing_key is None:
            return None
        keys = pagerduty.routing_keys(self.pagerduty_routing_key.get_secret_value())
        token = self.pagerduty_token.get_secret_value() if self.pagerduty_token is not None else None
        url = self.pagerduty_url.rstrip("/") if self.pagerduty_url else None
        return PagerDutySettings(keys, url or pagerduty.EVENTS, url or pagerduty.API, token)

    def apprise(self) -> Mapping[str, str]:
        """Return the addresses of other services by name."""
        return apprise_messages.addresses(self.apprise_urls.get_secret_value()) if self.apprise_urls else {}

    def routes(self) -> frozenset[RouteKind]:
        """Return the kinds of routes that are set up beside Slack."""
        found = {
            RouteKind.MAIL: self.mail() is not None,
            RouteKind.PAGERDUTY: self.pagerduty_routing_key is not None,
            RouteKind.APPRISE: self.apprise_urls is not None,
        }
        return frozenset(kind for kind, is_set_up in found.items() if is_set_up)

    def answers_domain(self) -> str | None:
        """Return the host of the addresses for answers; None if nobody reads them."""
        is_read = self.imap_url is not None or self.mail_webhook_secret is not None
        return self.mail_answers if is_read and self.mail() is not None else None

    def mail_problem(self) -> str | None:
        """Return what is missing for mail, as a sentence; None if nothing is, or there is to be none."""
        is_read = self.imap_url is not None or self.mail_webhook_secret is not None
        if (self.mail_answers is not None) != is_read:
            return (
                "Answers are read if ESCALATE_MAIL_ANSWERS and one of ESCALATE_IMAP_URL and "
                "ESCALATE_MAIL_WEBHOOK_SECRET are set. Set both, or neither."
            )
        if (self.smtp_url is None) == (self.mail_from is None):
            return None
        there, missing = "ESCALATE_SMTP_URL", "ESCALATE_MAIL_FROM"
        if self.smtp_url is None:
            there, missing = missing, there
        return f"{there} is set and {missing} isn't, so no mail is sent. Set both."


def load(**given: Any) -> Settings:
    """Load the settings. Raises BadInput, which names each variable that can't be used."""
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadInput([_problem(found) for found in error.errors()]) from error


def _problem(found: Any) -> str:
    name = str(found["loc"][0]).upper() if found["loc"] else "settings"
    bound = {"greater_than_equal": ("ge", "more"), "less_than_equal": ("le", "less")}.get(found["type"])
    why = str(found["msg"]).removeprefix("Value error, ")
    if bound is not None:
        why = f"write {found['ctx'][bound[0]]} or {bound[1]}"
    hidden = any(
        is_secret(each) and name in (each.upper(), field.alias) for each, field in Settings.model_fields.items()
    )
    return f"{name}: {why}." if hidden else f"{name}: {why}; it is {found['input']!r}."
