import pytest

from bot.policy.decide.suggestions import Suggestion, suggest_category
from bot.policy.file.loading import preset


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("They see another user's data!", Suggestion("security_privacy", ("another user's data",))),
        ("DOUBLE-CHARGE on their invoice, want a refund", Suggestion("financial", ("double charge", "refund"))),
        ("Their lawyer talks of a lawsuit", Suggestion("legal_compliance", ("lawyer", "lawsuit"))),
        ("export is down since 9", Suggestion("service_outage", ("down",))),
        ("locked out after 2FA", Suggestion("account_access", ("locked out", "2fa"))),
        ("A journalist asks for an interview", Suggestion("media", ("journalist", "interview"))),
        ("countdown timer looks odd", None),
        ("", None),
    ],
)
def test_the_words_typed_suggest_a_category_and_show_themselves(text: str, suggestion: Suggestion | None) -> None:
    assert suggest_category(preset("sev"), text) == suggestion


def test_of_two_that_fit_alike_the_policys_first_is_suggested() -> None:
    assert suggest_category(preset("sev"), "a leak and a bug") == Suggestion("security_privacy", ("leak",))
