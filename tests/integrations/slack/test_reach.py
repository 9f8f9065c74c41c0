"""What single answers of Slack say: a refused token is certain at once, an outage only after a while."""

import pytest

from bot.errors import Ambiguous, Permanent, Temporary
from bot.integrations.slack.reach import SlackReach


@pytest.mark.parametrize("code", ["account_inactive", "invalid_auth", "token_expired", "token_revoked"])
def test_a_refused_token_is_certain_with_the_first_answer(code: str) -> None:
    reach = SlackReach(lambda: 0.0)
    reach.note(Temporary("chat.postMessage", code))
    assert (reach.refused, reach.away_since) == (code, None)
    reach.note(Temporary("chat.postMessage", "no connection"))
    assert reach.refused == code, "that says nothing about the token"
    reach.note(Permanent("chat.postMessage", "is_archived"))
    assert reach.refused is None, "Slack looked at the channel, so it took the token"


@pytest.mark.parametrize(
    "error", [Temporary("pins.add", "not_authed"), Temporary("pins.add", "ratelimited"), Ambiguous("pins.add", "lost")]
)
def test_what_may_pass_refuses_no_token(error: Temporary | Ambiguous) -> None:
    reach = SlackReach(lambda: 0.0)
    reach.note(error)
    assert reach.refused is None
