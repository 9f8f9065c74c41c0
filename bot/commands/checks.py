"""The checks of `escalate doctor` outside the records: settings, database, policy, directory, Slack, the running bot.

Each check returns findings and turns errors it can explain into findings.
"""

import contextlib
import stat
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from pathlib import Path

import aiohttp
from sqlalchemy import URL

from bot.clock import SystemClock
from bot.commands import database, paging_checks, place_checks
from bot.errors import BadInput, OutsideError, Temporary
from bot.integrations.files import check_policy, load_directory, load_policy
from bot.integrations.mail.smtp import SmtpMailer
from bot.integrations.running import readiness, readiness_address
from bot.integrations.slack.access import Access, Bot, missing
from bot.integrations.slack.verdicts import NOT_SLACK, REINSTALL
from bot.models import REVISION
from bot.policy.file import loading
from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy
from bot.policy.names import is_channel_id
from bot.services.operator import people_check
from bot.services.operator.findings import Finding, Grade
from bot.settings import Settings, is_secret

_SECONDS = 10
_MIGRATE = "Run `escalate migrate`, using the newest version that has run on this database."
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ADD_SCOPE = "Add it on the app's page in Slack, under OAuth & Permissions, and install the app again."
# The token was right once.
_GONE = frozenset({"account_inactive", "token_expired", "token_revoked"})
_TOKENS = "Copy it again from the app's page in Slack: the bot's token begins with xoxb-, the app's with xapp-."

# Slack does not show a bot its own manifest, so this can only be a reminder.
_OPTIONS = "the app's manifest must name its address as message_menu_options_url too, else the form offers no accounts"


def of_settings(loaded: Settings) -> Finding:
    """List the settings that are set.

    Secrets, and the database URL that may hold one, are listed without their value.
    """
    shown = []
    for name, field in Settings.model_fields.items():
        if name in loaded.model_fields_set:
            value, variable = getattr(loaded, name), (field.alias or name).upper()
            shown.append(f"{variable} is set" if is_secret(name) else f"{variable}={'' if value is None else value}")
    return Finding("settings", Grade.OK, f"{', '.join(shown)}; all others by default" if shown else "all by default")


def of_files(url: str) -> Iterator[Finding]:
    """Check the permissions of files with secrets: the tokens in `.env`, and a SQLite database."""
    yield from _private(Path(".env"), "it holds the tokens")
    with contextlib.suppress(BadInput):
        parsed = database.address(url)
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            yield from _private(Path(parsed.database), "it holds what customers said")


def _private(path: Path, holds: str) -> Iterator[Finding]:
    with contextlib.suppress(OSError):  # the file is missing, or of_database reports it
        if path.stat().st_mode & _OF_OTHERS:
            says = f"{path} can be read by other users of this machine, and {holds}"
            yield Finding("files", Grade.LOOK, says, f"Run `chmod 600 {path}`.")


def of_database(url: str) -> Finding:
    """Connect to the database and compare its tables with those this program expects."""
    try:
        if (path := database.missing(url)) is not None:
            return Finding("database", Grade.WRONG, f"there is no database at {path}", database.HOW_TO_MAKE_ONE)
        where = _where(database.address(url))
        found = database.revision(url)
    except BadInput as error:
        says = error.problems[0].removeprefix("DATABASE_URL: ")
        return Finding("database", Grade.WRONG, says, "Correct DATABASE_URL, or check the server.")
    if found != REVISION:
        says = f"{where}: the tables are those of {found}, this program's are {REVISION}"
        return Finding(
            "database",
            Grade.WRONG,
            says,
            database.NEWER if database.is_newer(found) else _MIGRATE,
        )
    if wrong := database.differences(url):
        says = f"{where}: the tables are not those of this version: {database.listed(wrong)}"
        return Finding(
            "database", Grade.WRONG, says, "Run `escalate migrate`: it adds what can be added, and says what can't."
        )
    return Finding("database", Grade.OK, f"{where}, the tables are up to date ({REVISION})")


def of_policy(named: str, today: date) -> Iterator[Finding]:
    """Check the policy as strictly as `policy check` does."""
    try:
        checked = _checked(named, today)
    except BadInput as error:
        yield from (Finding("policy", Grade.WRONG, problem) for problem in error.problems)
        return
    policy = checked.policy
    review = f", next review {policy.next_review_on}" if policy.next_review_on else ""
    yield Finding("policy", Grade.OK, f"{policy.name}, version {policy.version}, {len(policy.levels)} levels{review}")
    yield from (Finding("policy", Grade.LOOK, warning) for warning in checked.warnings)


def of_directory(path: Path | None) -> tuple[Directory, list[Finding]]:
    """Load the directory file; if it is invalid, later checks use an empty directory."""
    try:
        directory = load_directory(path)
    except BadInput as error:
        return Directory(), [Finding("directory", Grade.WRONG, problem) for problem in error.problems]
    return directory, list(people_check.of_directory(directory))


async def of_outside(loaded: Settings, directory: Directory) -> list[Finding]:
    """Check each token with Slack, the mail server, the routes of pages, and the bot that runs here."""
    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        access = Access(session, loaded.slack_api_url)
        return [
            *await _slack(access, loaded),
            *await _mail(loaded),
            *await paging_checks.of_routes(session, loaded, directory),
            *await _running(session, loaded),
        ]


def _where(address: URL) -> str:
    if address.get_backend_name() == "sqlite":
        return f"SQLite, {address.database}"
    host = address.host or address.query.get("host") or "this machine"
    return f"PostgreSQL, {address.database or address.username} on {host}"


def _checked(named: str, today: date) -> loading.CheckedPolicy:
    if named in loading.PRESETS:
        return loading.check(loading.preset_text(named), f"{named}.yml", today)
    return check_policy(Path(named), today)


async def _slack(access: Access, loaded: Settings) -> list[Finding]:
    absent = []
    try:
        loaded.require_slack()
    except BadInput as error:
        absent = [Finding("slack", Grade.WRONG, problem) for problem in error.problems]
    if loaded.slack_bot_token is None:
        return absent
    token = loaded.slack_bot_token.get_secret_value()
    try:
        bot = await access.bot(token)
    except OutsideError as error:
        return [*absent, _refused(error, access, "SLACK_BOT_TOKEN")]
    found = [Finding("slack", Grade.OK, f"it knows the bot as @{bot.name} in {bot.workspace}"), *_scopes(bot)]
    posting = await place_checks.of_places(access, token, _policy(loaded), loaded.hot_list_channel)
    feed = await _feed(access, token, loaded.feed_channel)
    return [*absent, *found, *await _transport(access, loaded), feed, *posting]


def _policy(loaded: Settings) -> Policy | None:
    try:
        return load_policy(loaded.policy)
    except BadInput:
        return None  # its problems are listed already


def _scopes(bot: Bot) -> Iterator[Finding]:
    if bot.scopes is None:
        yield Finding("slack", Grade.LOOK, "Slack doesn't say which scopes the bot has")
        return
    for scope, needs in groupby(missing(bot.scopes), key=lambda need: need.scopes[0]):
        wanted = list(needs)
        calls = ", ".join(need.call for need in wanted)
        says = f"the scope {scope} is missing, for {calls}: {wanted[0].otherwise}"
        yield Finding("slack", Grade.WRONG, says, _ADD_SCOPE)


async def _transport(access: Access, loaded: Settings) -> list[Finding]:
    """Check how Slack reaches us: Socket Mode is tried, HTTP can only be described."""
    if loaded.slack_app_token is None:
        says = f"over HTTP, signed, at port {loaded.http_port} of {loaded.http_host}; " + _OPTIONS
        return [Finding("transport", Grade.OK, says)] if loaded.slack_signing_secret else []
    try:
        await access.try_socket(loaded.slack_app_token.get_secret_value())
    except OutsideError as error:
        return [_refused(error, access, "SLACK_APP_TOKEN")]
    return [Finding("transport", Grade.OK, "Socket Mode: Slack opens a socket for us")]


async def _feed(access: Access, token: str, channel: str | None) -> Finding:
    if channel is None:
        return Finding("feed", Grade.OK, "there is none, as the settings say")
    try:
        if await access.is_in(token, channel):
            return Finding("feed", Grade.OK, f"the bot is in {channel}")
    except OutsideError as error:
        return Finding("feed", Grade.LOOK, f"Slack does not say whether the bot is in {channel} ({error.code})")
    if is_channel_id(channel):
        do = "Invite the bot to it in Slack (`/invite`), or name another channel in ESCALATE_FEED_CHANNEL."
        return Finding("feed", Grade.WRONG, f"the bot is not in {channel}, and cannot post there", do)
    do = f"If there is a channel {channel}, invite the bot; else it is made with the first escalation."
    return Finding("feed", Grade.LOOK, f"the bot is not in {channel}", do)


async def _mail(loaded: Settings) -> list[Finding]:
    """Log in to the mail server."""
    if (problem := loaded.mail_problem()) is not None:
        return [Finding("mail", Grade.WRONG, problem)]
    given = loaded.mail()
    if given is None:
        says = "no mail is sent, so people are asked to write to the teams themselves"
        return [Finding("mail", Grade.OK, says, "Set ESCALATE_SMTP_URL and ESCALATE_MAIL_FROM to send it.")]
    server = given.server
    try:
        await SmtpMailer(server, given.sender, SystemClock()).check()
    except OutsideError as error:
        says = f"{server.host}:{server.port}: {error.code}"
        return [Finding("mail", Grade.WRONG, says, "Correct ESCALATE_SMTP_URL, or check the server; mails wait.")]
    found = [Finding("mail", Grade.OK, f"{server.host}:{server.port} takes mails from {given.sender.addr_spec}")]
    if server.exposes_password:
        says = f"mails go to {server.host} without TLS, readable on the way"
        found.append(Finding("mail", Grade.LOOK, says, "Write tls=starttls or tls=tls in ESCALATE_SMTP_URL."))
    return found


async def _running(session: aiohttp.ClientSession, loaded: Settings) -> list[Finding]:
    address = readiness_address(loaded.metrics_host, loaded.metrics_port)
    told = await readiness(session, address)
    if told is None:
        do = "Start it with `escalate run`; if it runs on another machine, ask there."
        return [Finding("the bot", Grade.LOOK, f"no bot answers at {address}", do)]
    problems = [f"{part}: {how}" for part, how in told.items() if how != "ok"]
    if problems:
        return [Finding("the bot", Grade.WRONG, problem, "Its log has the details.") for problem in problems]
    return [Finding("the bot", Grade.OK, "it is ready, and has ticked within the last half minute")]


def _refused(error: OutsideError, access: Access, variable: str) -> Finding:
    if error.code == NOT_SLACK:
        says = f"{NOT_SLACK} at {access.api_url}"
        return Finding("slack", Grade.WRONG, says, "Correct SLACK_API_URL; Slack's own is https://slack.com/api/.")
    if isinstance(error, Temporary):
        says = f"it does not answer now at {access.api_url}: {error.code}"
        return Finding("slack", Grade.WRONG, says, "Check that this machine can reach it; effects wait until then.")
    do = REINSTALL if variable == "SLACK_BOT_TOKEN" and error.code in _GONE else _TOKENS
    return Finding("slack", Grade.WRONG, f"it does not accept {variable} ({error.code})", do)
