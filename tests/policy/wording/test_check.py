"""The wording guard: what it finds, how it quotes, what it allows."""

import time

import pytest

from bot.policy.file.loading import load, preset
from bot.policy.model.wording import Strictness, Wording, WordingRule
from bot.policy.wording import tokens
from bot.policy.wording.check import check
from tests.policy.wording.corpus import read

WORDING = Wording()


def found(text: str, **given: object) -> list[tuple[str, str]]:
    wording = Wording.model_validate(given)
    return [(finding.rule.value, finding.text) for finding in check(text, wording)]


def test_a_finding_quotes_the_words_as_they_are_written() -> None:
    text = "Dear Ana,\n\nwe've looked at it.\n\nIt  SHOULD be fixed\nby Friday, and we'll refund you."
    assert found(text) == [("timeline", "SHOULD be fixed by Friday"), ("compensation", "we'll refund")]


def test_a_finding_says_why_and_what_would_be_better() -> None:
    (finding,) = check("This was probably caused by the upgrade.", WORDING)
    assert finding.rule is WordingRule.SPECULATION
    assert finding.why == "That's a guess about the cause."
    assert finding.better == "We're still investigating the cause."


@pytest.mark.parametrize(
    "text",
    [
        "We can't promise that it will be fixed by Friday.",
        "I can’t say whether we will refund you.",  # noqa: RUF001 - as phones type it
        "You wrote that it should be fixed by Friday.",
        "You were told “it will be fixed by Friday”. I'm sorry about that.",
        "> It should be fixed by Friday.\n\nThat was our promise to you, and we missed it. I'm sorry for the trouble.",
    ],
)
def test_what_is_denied_or_quoted_is_not_said(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "I can't promise anything, but it should be fixed by Friday.",
        '"It should be fixed by Friday."',
    ],
)
def test_a_denial_ends_at_but_and_a_text_is_not_a_quotation_of_itself(text: str) -> None:
    assert [rule for rule, _ in found(text)] == ["timeline"]


def test_numbers_that_the_customer_was_given_are_not_internal() -> None:
    text = "Your case is ZD-77, see also OPS-12."
    assert found(text) == [("internal", "OPS-12")]
    assert check(text, WORDING, known=["OPS-12"]) == ()


def test_other_customers_are_found_by_their_names() -> None:
    findings = check("Globex saw this too. globexx didn't.", WORDING, customers=["Globex"])
    assert [(finding.text, finding.why) for finding in findings] == [("Globex", "That names another customer.")]


def test_what_the_policy_allows_is_no_finding() -> None:
    assert found("We will refund you. See status.corp.local", allow=["status.corp.local", "we will refund you"]) == []


def test_a_rule_can_be_switched_off() -> None:
    assert found("It should be fixed by Friday.", timeline="off") == []


def test_presets_refuse_what_binds_the_company_and_warn_of_the_rest() -> None:
    wording = preset("sev").wording
    refused = {rule.value for rule in WordingRule if wording.strictness(rule) is Strictness.REFUSE}
    assert refused == {"compensation", "legal", "unannounced", "internal"}


def test_a_policy_file_adds_a_language() -> None:
    policy = load(
        """
extends: sev
wording:
  vocabularies:
    fr:
      contractions: {"j'ai": je ai}
      lists: {bientot: ["demain", "avant #clock", "dans ..2 heures"]}
      expressions:
        - rule: timeline
          why: C'est une date.
          better: "Prochaine nouvelle à [heure]."
          phrases: ["sera réparé ..2 {bientot}"]
""",
        "policy.yml",
    )
    (finding,) = check("Le service sera réparé dans deux heures.", policy.wording)
    assert (finding.rule, finding.text, finding.better) == (
        WordingRule.TIMELINE,
        "sera réparé dans deux heures",
        "Prochaine nouvelle à [heure].",
    )
    assert check("We will refund you.", policy.wording) != ()


@pytest.mark.parametrize(
    "hostile",
    [
        "a" * 100_000,
        "a-" * 50_000,
        "1." * 50_000,
        "1:" * 50_000,
        "a.b" * 30_000,
        "<@" * 50_000,
        '"' * 100_000,
        "/" * 100_000,
        "0f" * 50_000,
        "https://" * 12_000,
        "will be fixed " * 7_000,
        "we will not be able to be back by the end of " * 2_000,
        "should soon by tomorrow fixed within monday " * 2_000,
        "\n \n" * 30_000,
        "at x.y(" * 14_000,
        "ticket number is " * 6_000 + "AB-1",
        "n't've'll" * 11_000,
    ],
)
def test_no_text_takes_long(hostile: str) -> None:
    """A pattern that backtracks would take hours for these; ours takes some milliseconds for 1,000 characters."""
    text = hostile[:30_000]
    check(text[:1000], WORDING)
    began = time.process_time()
    check(text, WORDING)
    assert time.process_time() - began < 10


def test_odd_characters_keep_their_places() -> None:
    assert found("İstanbul İİİ: we will refund you 😀, ok?") == [("compensation", "we will refund")]
    assert found("") == []
    assert found("\x00\ud800 We will refund you") == [("compensation", "We will refund")]


TRACE = ("\tat a.b.C(D.java:1)", " at a.b.C(D.java:1)", "It broke.\n  at a.b.C(D.java:1)", "x\n\t at a.b.C(D.java:1)")


@pytest.mark.parametrize("text", [*TRACE, "See Pull request #12.", "See merge Request 12.", "See pull Request 12."])
def test_what_stands_in_several_words_is_found_wherever_and_in_whatever_case(text: str) -> None:
    assert [rule for rule, _ in found(text)] == ["internal"]


def test_texts_in_ascii_are_read_as_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [each.text for each in (*read("tuned"), *read("held_out")) if each.text.isascii()]
    assert len(texts) > 100
    quickly = [found(text) for text in texts]
    monkeypatch.setattr(tokens, "_ASCII_TOKEN", tokens._TOKEN)
    monkeypatch.setattr(tokens, "_ASCII_WORDS", tokens._WORDS)
    assert quickly == [found(text) for text in texts]
