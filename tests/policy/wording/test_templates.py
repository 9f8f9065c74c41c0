"""The texts for customers that a policy offers: golden files, what is filled in, and what is left to a person.

After a change of texts, `UPDATE_GOLDEN=1` writes the files anew; read them before you commit them.
"""

import os
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadInput
from bot.policy.file.loading import PRESETS, load, preset
from bot.policy.model.facts import AccountFacts, HealthState
from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.check import check
from bot.policy.wording.templates import TemplateFacts, customer_moment, filled, kinds, left_open, template, to_check
from bot.views.kit.customer_texts import INCIDENT_IS_OVER, OFFER_OF_A_CALL
from tests.support.escalations import DECLARED_AT, escalation

GOLDEN = Path(__file__).parent / "golden"
GIVEN = TemplateFacts(
    now=DECLARED_AT, next_at=DECLARED_AT + timedelta(minutes=30), contact="Ana Ruiz", sender="Ana Ruiz"
)
GERMAN_ACCOUNT = {"language": "de", "zone": "Europe/Berlin"}
LEVELS = ("sev1", "sev2", "sev4")
SEV = preset("sev")


def at(level: str, **given: Any) -> EscalationFacts:
    return escalation(level=level, chosen_level=level, highest_level=level, **given)


def text(kind: TemplateKind, facts: EscalationFacts, policy: Policy = SEV, given: TemplateFacts = GIVEN) -> str:
    return filled(policy, facts, kind, given) or ""


def same_as_golden(name: str, drawn: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(drawn, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == drawn


@pytest.mark.parametrize("kind", TemplateKind)
def test_each_text_reads_as_its_golden_file_in_three_levels(kind: TemplateKind) -> None:
    ended = {"fixed": "Exports finish again"} if kind in (TemplateKind.RESOLUTION, TemplateKind.CLOSING) else {}
    parts = [f"--- {SEV.level(level).label}\n\n{text(kind, at(level, **ended))}\n" for level in LEVELS]
    same_as_golden(kind.value, "\n".join(parts))


def test_the_acknowledgement_of_each_category_reads_as_its_golden_file() -> None:
    kind = TemplateKind.ACKNOWLEDGEMENT
    kept = [category for category in SEV.categories if category.templates.of(kind)]
    parts = [f"--- {one.label}\n\n{text(kind, at('sev2', category=one.key))}\n" for one in kept]
    same_as_golden("acknowledgement-by-category", "\n".join(parts))


def test_the_status_of_each_health_reads_as_its_golden_file() -> None:
    parts = [f"--- {state}\n\n{text(TemplateKind.STATUS, at('sev2', health=state))}\n" for state in HealthState]
    same_as_golden("status-by-health", "\n".join(parts))


@pytest.mark.parametrize("name", PRESETS)
def test_no_acknowledgement_says_that_someone_works_before_anyone_has_acknowledged(name: str) -> None:
    policy = preset(name)
    cases = [at(one.code) for one in policy.levels]
    cases += [at(policy.levels[0].code, category=category.key) for category in policy.categories]
    german = [replace(one, account=replace(one.account, extra=GERMAN_ACCOUNT)) for one in cases]
    for facts in (*cases, *german):
        said = text(TemplateKind.ACKNOWLEDGEMENT, facts, policy)
        assert not re.search(r"working on|looking into|is checking|[Tt]eam (?:prüft|arbeitet|untersucht)", said), said


@pytest.mark.parametrize("name", PRESETS)
def test_the_guard_finds_nothing_in_our_own_texts(name: str) -> None:
    policy = preset(name)
    cases = [escalation(level=one.code, chosen_level=one.code, highest_level=one.code) for one in policy.levels]
    some = policy.levels[0].code
    cases += [escalation(level=some, highest_level=some, category=category.key) for category in policy.categories]
    cases += [escalation(level=some, highest_level=some, health=state) for state in HealthState]
    for facts in cases:
        for kind in TemplateKind:
            assert check(text(kind, facts, policy), policy.wording, known=[facts.key]) == (), kind
    for ours in (OFFER_OF_A_CALL, INCIDENT_IS_OVER):
        assert check(ours, policy.wording) == ()


@pytest.mark.parametrize("name", PRESETS)
def test_the_guard_finds_nothing_in_our_german_texts_and_none_of_their_facts_is_left_out(name: str) -> None:
    policy = preset(name)
    some = policy.levels[0].code
    cases = [escalation(level=one.code, chosen_level=one.code, highest_level=one.code) for one in policy.levels]
    cases += [escalation(level=some, highest_level=some, category=category.key) for category in policy.categories]
    cases += [escalation(level=some, highest_level=some, health=state) for state in HealthState]
    for facts in (replace(one, account=replace(one.account, extra=GERMAN_ACCOUNT)) for one in cases):
        for kind in TemplateKind:
            english, said = template(policy, facts_in(facts, "en"), kind), text(kind, facts, policy)
            assert template(policy, facts, kind) != english, "there is one in German"
            assert check(said, policy.wording, known=[facts.key]) == (), kind
            # Brackets are for the person who fills them in.
            read = re.sub(r"\[[^\]]*\]", "", said)
            assert not re.search(r"\b(the|our|your|we|update|ticket number)\b", read, re.IGNORECASE), read
            if "{number}" in (english or ""):
                assert facts.key in said


def test_a_german_customer_reads_german_words_names_and_times() -> None:
    facts = at("sev1", category="security_privacy")
    german = replace(facts, account=replace(facts.account, extra=GERMAN_ACCOUNT))
    said = text(TemplateKind.ACKNOWLEDGEMENT, german)
    assert "Wir haben es mit Vorrang an unser Security-Team weitergegeben. Wir behandeln es als Sev 1, unsere" in said
    assert "bis 06.03., 16:30 MEZ" in said
    for language in ("de-AT", "Deutsch", "German"):
        other = replace(facts, account=replace(facts.account, extra={"language": language}))
        assert text(TemplateKind.ACKNOWLEDGEMENT, other).startswith("Guten Tag")
    french = replace(facts, account=replace(facts.account, extra={"language": "fr"}))
    assert text(TemplateKind.ACKNOWLEDGEMENT, french).startswith("Hello")


@pytest.mark.parametrize("kind", TemplateKind)
def test_each_german_text_reads_as_its_golden_file_in_three_levels(kind: TemplateKind) -> None:
    ended = {"fixed": "Exporte laufen wieder durch"} if kind in (TemplateKind.RESOLUTION, TemplateKind.CLOSING) else {}
    parts = []
    for level in LEVELS:
        facts = at(level, summary="Exporte schlagen fehl", **ended)
        german = replace(facts, account=replace(facts.account, extra=GERMAN_ACCOUNT))
        parts.append(f"--- {SEV.level(level).label}\n\n{text(kind, german)}\n")
    same_as_golden(f"{kind.value}-de", "\n".join(parts))


def test_a_german_bracket_that_nobody_filled_in_is_found() -> None:
    assert left_open("Unser Stand: [Was wir jetzt tun].", SEV) == "[Was wir jetzt tun]"


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("We're on it. [What we're doing now. Ana", "[What we're doing now]"),
        ("We're on it. What we're doing now]. Ana", "[What we're doing now]"),
        ("Update of today\n[check: the disk of Bob is full\nAna", "[check: the disk of Bob is full"),
        ("See line 3] of your file", None),
        ("An array[3] is fine", None),
    ],
)
def test_a_bracket_that_lost_one_of_its_sides_is_found(words: str, left: str | None) -> None:
    assert left_open(words, SEV) == left


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("[What we do now] and then we see.", "[What we do now]"),
        ("Wir [was wir jetzt machen], dann mehr.", "[was wir jetzt machen]"),
        ("Back by [TBD].", "[TBD]"),
        ("Hi [name],", "[name]"),
        ("[WHO TO CONTACT] helps.", "[WHO TO CONTACT]"),
        ("Press [Enter] to go on, see [1] and [the page](https://x.example).", None),
        ("It says [error: disk full], [errno=13] and [DISK FULL].", None),
        ("We read items[some index] [...]", None),
    ],
)
def test_a_bracket_that_a_person_typed_for_words_to_come_is_found(words: str, left: str | None) -> None:
    for name in PRESETS:
        assert left_open(words, preset(name)) == left


def facts_in(facts: EscalationFacts, language: str) -> EscalationFacts:
    return replace(facts, account=replace(facts.account, extra={"language": language}))


@pytest.mark.parametrize("name", PRESETS)
def test_each_text_but_those_of_s3_has_a_date_and_a_time(name: str) -> None:
    policy = preset(name)
    for level in policy.levels:
        facts = escalation(level=level.code, highest_level=level.code)
        for kind in set(kinds(policy, facts)) - {TemplateKind.STANDARD, TemplateKind.URGENT}:
            assert "03/06, 10:" in text(kind, facts, policy), kind


def test_the_acknowledgement_says_what_the_sources_ask_for() -> None:
    said = text(TemplateKind.ACKNOWLEDGEMENT, at("sev1"))
    asked_for = ("Exports are down", "Sev 1", "ESC-1", "Ana Ruiz", "by 03/06, 10:30 AM EST", "every 30 minutes")
    assert [part for part in asked_for if part not in said] == []


def test_what_is_missing_is_marked_and_must_be_filled_in() -> None:
    said = text(TemplateKind.ACKNOWLEDGEMENT, at("sev2"), given=TemplateFacts())
    assert "your contact is [who to contact]" in said
    assert left_open(said, SEV) == "[check: Exports are down]"
    checked = said.replace("[check: Exports are down]", "new exports fail")
    assert left_open(checked, SEV) == "[who to contact]"
    assert left_open("Press [Enter] to go on.", SEV) is None


def test_words_written_for_colleagues_are_read_before_the_customer_gets_them() -> None:
    odd = text(TemplateKind.ACKNOWLEDGEMENT, at("sev2", summary="Rows [of Globex] leak!"))
    assert "understand it: [check: Rows (of Globex) leak]." in odd
    found = left_open(odd, SEV) or ""
    assert (found, to_check(found)) == ("[check: Rows (of Globex) leak]", "Rows (of Globex) leak")
    assert to_check("[who to contact]") is None


def test_only_the_highest_severity_is_explained_to_the_customer() -> None:
    assert "as Sev 1, our highest severity." in text(TemplateKind.ACKNOWLEDGEMENT, at("sev1"))
    assert "as Sev 2." in text(TemplateKind.ACKNOWLEDGEMENT, at("sev2"))


def test_a_sentence_without_its_fact_is_left_out() -> None:
    programme = preset("programme")
    said = text(TemplateKind.ACKNOWLEDGEMENT, escalation(level=programme.levels[0].code), programme)
    assert "treating it as" not in said
    assert "[severity]" not in said
    assert "..4" not in said
    assert "  " not in said


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ({}, "03/06, 10:00 AM EST"),
        ({"zone": "Europe/Berlin", "date_format": "DD.MM."}, "06.03., 16:00 CET"),
        ({"zone": "Europe/London", "date_format": "DD/MM"}, "06/03, 15:00 GMT"),
        ({"zone": "Asia/Tokyo", "date_format": "yyyy-mm-dd"}, "2026-03-07, 00:00 JST"),
        ({"zone": "Mars/Base", "date_format": "odd"}, "03/06, 10:00 AM EST"),
        ({"zone": "Europe/Berlin", "language": "de"}, "06.03., 16:00 MEZ"),
        ({"zone": "Asia/Dubai"}, "03/06, 7:00 PM UTC+4"),
        ({"zone": "America/Caracas", "language": "de"}, "06.03., 11:00 UTC-4"),
        ({"zone": "Asia/Kathmandu"}, "03/06, 8:45 PM UTC+5:45"),
    ],
)
def test_times_are_the_customers_own(extra: dict[str, str], said: str) -> None:
    assert customer_moment(DECLARED_AT, AccountFacts(name="Acme", extra=extra), SEV) == said


def test_the_night_the_clocks_change_has_two_two_oclocks() -> None:
    account = AccountFacts(name="Acme", extra={"zone": "Europe/Berlin", "date_format": "DD.MM."})
    first = DECLARED_AT.replace(month=10, day=25, hour=0, minute=30)
    later = first + timedelta(hours=1)
    assert customer_moment(first, account, SEV) == "25.10., 02:30 CEST"
    assert customer_moment(later, account, SEV) == "25.10., 02:30 CET"


def test_what_fits_the_state_comes_first() -> None:
    assert kinds(SEV, at("sev2"))[0] is TemplateKind.ACKNOWLEDGEMENT
    assert kinds(SEV, at("sev2", last_customer_update_at=DECLARED_AT))[0] is TemplateKind.STATUS


def test_a_policy_file_says_it_in_its_own_words() -> None:
    policy = load(
        "extends: sev\nname: own\nlevels: {sev2: {templates: {status: 'Hi {account}, see [link].'}}}\n", "own.yml"
    )
    assert text(TemplateKind.STATUS, at("sev2"), policy) == "Hi Acme, see [link]."
    assert left_open("Hi Acme, see [link].", policy) == "[link]"
    assert text(TemplateKind.STATUS, at("sev3"), policy) == text(TemplateKind.STATUS, at("sev3"))


def test_a_placeholder_that_does_not_exist_is_refused_at_its_line() -> None:
    written = (
        "extends: sev\nname: own\ntemplates:\n  status: '{acount}'\nhealth: {red: {templates: {status: '{next!}'}}}\n"
    )
    with pytest.raises(BadInput) as refused:
        load(written, "own.yml")
    assert "own.yml, line 4: templates.status: there is nothing to fill in for {acount}" in str(refused.value)
    assert "own.yml, line 5: health.red.templates.status: there is nothing to fill in for {next!}" in str(refused.value)
