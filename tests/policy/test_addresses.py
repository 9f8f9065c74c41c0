"""Web addresses: which are kept and linked."""

import pytest

from bot.policy.addresses import is_web_address
from bot.views.kit.text import link


@pytest.mark.parametrize("good", ["https://wiki.example/a?b=1&c=2#d", "http://10.0.0.1:8080/x", "HTTPS://Wiki.example"])
def test_an_address_on_the_web(good: str) -> None:
    assert is_web_address(good)


@pytest.mark.parametrize(
    "bad",
    [
        "!channel",
        "@U01ANA",
        "#C01GENERAL",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "https://a|b",
        "https://a>",
        "wiki.example/page",
        "",
        "https://[",
        "ftp://files.example",
        "https://a\n<!here>",
        "mailto:ana@example.com",
    ],
)
def test_invalid_addresses(bad: str) -> None:
    assert not is_web_address(bad)


@pytest.mark.parametrize("forged", ["!channel", "@U01ANA", "!subteam^S1|x", "#C01GENERAL", "javascript:alert(1)"])
def test_an_invalid_address_is_never_a_link_or_a_mention(forged: str) -> None:
    assert "<" not in link(forged, "the review")


def test_nothing_ends_a_link_before_its_end() -> None:
    assert link("https://a.example/><!here>", "it") == "<https://a.example/%3E%3C!here%3E|it>"
