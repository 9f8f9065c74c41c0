"""The doctor names whom no route would wake, and routes that lead nowhere, without repeating a secret."""

from typing import Any

import pytest

from bot import settings
from bot.commands.paging_checks import of_paging
from bot.policy.model.directory import Directory

KEY = "A" * 32


def said(directory: dict[str, Any], **given: Any) -> list[str]:
    loaded = settings.load(**given)
    return [f"{one.state}: {one.says}" for one in of_paging(loaded, Directory.model_validate(directory))]


def company(*routes: str, phone: str | None = None) -> dict[str, Any]:
    return {
        "fallback": {"manager": "maria@example.com"},
        "people": [{"email": "maria@example.com", "routes": list(routes), "phone": phone}],
    }


def test_somebody_with_slack_only_is_named() -> None:
    [found] = said(company())
    assert found == "look: no route would wake maria@example.com at night: only Slack, or mail"


@pytest.mark.parametrize(
    ("routes", "given", "problem"),
    [
        (["pagerduty"], {}, "it isn't set up"),
        (["pagerduty:maria"], {"pagerduty_routing_key": KEY}, "no routing key is named maria"),
        (["apprise:sms"], {"apprise_urls": "push=json://localhost/x"}, "ESCALATE_APPRISE_URLS names no sms"),
        (["apprise:sms"], {"apprise_urls": "sms=json://localhost/{phone}"}, "no phone number is known"),
    ],
)
def test_a_route_that_leads_nowhere_is_named(routes: list[str], given: dict[str, Any], problem: str) -> None:
    found = said(company(*routes), **given)
    assert f"look: maria@example.com: {routes[0]} is passed over, because {problem}" in found
    assert any("no route would wake maria@example.com" in one for one in found)


def test_somebody_who_is_woken_is_fine() -> None:
    given = {
        "apprise_urls": "sms=json://localhost/{phone}",
        "public_url": "https://escalate.example.com",
    }
    [found] = said(company("apprise:sms", phone="+49 30 901820"), **given)
    assert found == "ok: everyone who may be paged has a route that wakes them"


def test_an_address_that_apprise_cannot_use_is_named_without_it() -> None:
    found = said(company("apprise:sms"), apprise_urls="sms=nonsense://user:very-secret@host")
    assert "wrong: sms: apprise can't use this address" in found
    assert "very-secret" not in "".join(found)
