"""The settings: the table in docs/configuration.md is complete and correct, and invalid values are reported plainly."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.errors import BadInput
from bot.settings import Settings

TABLE = Path(__file__).resolve().parents[1] / "docs" / "configuration.md"
ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`(.*)` |)\| (.*) \|$", re.MULTILINE)


def _shown(default: Any) -> str:
    """Return a default as the table shows it."""
    if default is None:
        return ""
    return f"{default.days}d" if isinstance(default, timedelta) else str(default)


def test_the_table_of_settings_is_full_and_true() -> None:
    written = {name: (default, what) for name, default, what in ROW.findall(TABLE.read_text(encoding="utf-8"))}
    fields = {
        (field.alias or name).upper(): (_shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    }
    assert written == fields


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Read no `.env` and no variables of this machine."""
    monkeypatch.chdir(tmp_path)
    for name in [field.alias or name.upper() for name, field in Settings.model_fields.items()]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ESCALATE_DIGEST_HOUR", "24", "write 23 or less"),
        ("ESCALATE_ARCHIVE_AFTER", "soon", "'soon' is not a duration"),
        ("ESCALATE_ARCHIVE_AFTER", "4bh", "write wall time, such as 12h or 1d"),
        ("ESCALATE_KEEP_EFFECTS", "1h", "write a day or more, such as 14d"),
        ("ESCALATE_CHANNEL_TEMPLATE", "esc-{date}", "it must hold {account} or {number}"),
        ("ESCALATE_COMMAND", "escalate", "a command begins with /"),
        ("ESCALATE_HTTP_PORT", "http", "ESCALATE_HTTP_PORT"),
        ("ESCALATE_LOG_LEVEL", "loud", "write debug, info, warning or error"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_would_be_right(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput) as caught:
        settings.load()
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_tokens_are_asked_for_by_name() -> None:
    with pytest.raises(BadInput) as caught:
        settings.load().require_slack()
    assert "SLACK_BOT_TOKEN is not set" in str(caught.value)
    assert "Neither SLACK_APP_TOKEN" in str(caught.value)


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    assert "very-secret" not in repr(settings.load())


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("ESCALATE_DIGEST_HOUR=7\nESCALATE_FEED_CHANNEL=#hot\n", encoding="utf-8")
    assert settings.load().digest_hour == 7
    assert settings.load().feed_channel == "hot"
    monkeypatch.setenv("ESCALATE_DIGEST_HOUR", "8")
    assert settings.load().digest_hour == 8


@pytest.mark.parametrize("feed", ["Hot News", "hot news", "news!", "x" * 81])
def test_a_feed_that_cannot_be_a_channel_is_refused_at_start(monkeypatch: pytest.MonkeyPatch, feed: str) -> None:
    monkeypatch.setenv("ESCALATE_FEED_CHANNEL", feed)
    with pytest.raises(BadInput, match="ESCALATE_FEED_CHANNEL: write a channel's name as Slack has it"):
        settings.load()


def test_the_feed_can_be_switched_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESCALATE_FEED_CHANNEL", "off")
    assert settings.load().feed_channel is None


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bot").write_text("xoxb-from-file\n", encoding="utf-8")
    (tmp_path / "mail").write_text("smtp://u:p@mail.example.com\n", encoding="utf-8")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "bot"))
    (tmp_path / ".env").write_text(f"ESCALATE_SMTP_URL_FILE={tmp_path / 'mail'}\n", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "database"))
    (tmp_path / "database").write_text("postgresql://somewhere/escalate", encoding="utf-8")
    loaded = settings.load(mail_from="Escalate <escalate@example.com>")
    assert loaded.slack_bot_token is not None
    assert loaded.slack_bot_token.get_secret_value() == "xoxb-from-file"
    assert loaded.database_url == "postgresql://somewhere/escalate"
    mail = loaded.mail()
    assert mail is not None
    assert mail.server.host == "mail.example.com"


def test_a_secret_in_two_places_or_in_a_file_that_is_not_there_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "none"))
    with pytest.raises(BadInput, match=r"SLACK_BOT_TOKEN_FILE: .*none can't be read: no such file or directory\."):
        settings.load()
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-here")
    with pytest.raises(BadInput, match="SLACK_BOT_TOKEN and SLACK_BOT_TOKEN_FILE are both set"):
        settings.load()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ESCALATE_SMTP_URL", "smtp://u:very-secret@mail.example.com?tls=maybe", "tls is starttls, tls or none"),
        ("ESCALATE_MAIL_FROM", "escalate", "is no mail address; write Escalate <escalate@example.com>"),
    ],
)
def test_a_mail_setting_that_cannot_be_used_is_named_without_its_secret(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadInput) as caught:
        settings.load()
    assert said in str(caught.value)
    assert name in str(caught.value)
    assert "very-secret" not in str(caught.value)


def test_half_of_what_mail_needs_is_said_to_be_half() -> None:
    assert settings.load().mail_problem() is None
    problem = settings.load(smtp_url="smtp://mail.example.com").mail_problem()
    assert problem == "ESCALATE_SMTP_URL is set and ESCALATE_MAIL_FROM isn't, so no mail is sent. Set both."


@pytest.mark.parametrize("url", ["escalate.example.com", "http://escalate.example.com", "ftp://x", "https://x/?a=1"])
def test_a_public_address_others_cannot_reach_safely_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ESCALATE_PUBLIC_URL", url)
    with pytest.raises(BadInput, match="ESCALATE_PUBLIC_URL: write the address"):
        settings.load()
