from datetime import date

import pytest

from bot.policy.file.loading import PRESETS, check, preset_text

TODAY = date(2025, 3, 1)
HEAD = "extends: sev\nname: own\nnext_review_on: 2025-06-01\n"


def warned(text: str) -> list[str]:
    return [warning.removeprefix("own.yml, ") for warning in check(HEAD + text, "own.yml", TODAY).warnings]


def test_a_policy_that_is_reviewed_in_time_and_otherwise_as_shipped_needs_no_warning() -> None:
    assert warned("") == []


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_needs_nothing_but_a_date_for_its_review(name: str) -> None:
    warnings = check(preset_text(name), f"{name}.yml", date(2025, 4, 1)).warnings
    expected = () if name == "three-tier" else (f"{name}.yml, line",)
    assert len(warnings) == len(expected)
    assert all("next_review_on: no date is set for the next review" in warning for warning in warnings)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            "levels:\n  sev1: {page: []}\n",
            "line 5: levels.sev1.page: no one is paged when Sev 1 is declared; name fix_owner",
        ),
        (
            "levels:\n  sev1: {page_at: breach}\n",
            (
                "line 5: levels.sev1.page: no one is paged when Sev 1 is declared; name fix_owner "
                "(written in sev.yml, line 26)"
            ),
        ),
        (
            "levels:\n  sev3: {response: null, resolution: null, cadence: {internal: as_needed, customer: none}}\n",
            (
                "line 5: levels.sev3: no one is ever paged for Sev 3: it has no page, no response and no cadence; "
                "give it one of the three"
            ),
        ),
        (
            "levels:\n  sev3: {invite: []}\n",
            "line 5: levels.sev3.invite: no one is invited to Sev 3; name slots, such as fix_owner",
        ),
        (
            "categories:\n  technical: {team: null}\n",
            "line 5: categories.technical.team: no team answers for Technical Issues; name one of the teams",
        ),
        (
            "teams:\n  legal: {email: null}\n",
            "line 5: teams.legal: Legal cannot be reached; write an email or a slack channel",
        ),
        (
            "levels:\n  sev1: {response: 3h}\n",
            (
                "line 5: levels.sev1.response: the ladder of Sev 1 ends before its response is due; "
                "add a rung, or let rungs wait longer"
            ),
        ),
        (
            (
                "levels:\n  sev1:\n    response: 45m\n"
                "    ladder: [l1, {rung: l2, after: 30m}, {rung: l3, after: 2h, if_needed: true}]\n"
            ),
            (
                "line 6: levels.sev1.response: the ladder of Sev 1 ends before its response is due; "
                "add a rung, or let rungs wait longer"
            ),
        ),
        (
            "ladder: null\n",
            (
                "ladder: no one is paged after the first for Sev 1: there is no ladder; "
                "write its rungs, each with a slot and a wait"
            ),
        ),
        (
            # The first person paged is high on the ladder: three rungs are left above, half an hour each.
            "levels:\n  sev1: {response: 2h, page: [manager]}\n",
            (
                "line 5: levels.sev1.response: the ladder of Sev 1 ends before its response is due; "
                "add a rung, or let rungs wait longer"
            ),
        ),
        (
            "levels:\n  sev2: {response: 3bd}\n",
            (
                "line 5: levels.sev2.response: Sev 2 takes 3 business days, longer than the 1 business day of Sev 3; "
                "put the heaviest level first"
            ),
        ),
        (
            "rules:\n  slower: {when: {tier: standard}, multiply: 1.5}\n",
            "line 5: rules.slower.multiply: accounts of this rule wait 1.5 times as long; write a number below 1",
        ),
        (
            "rules:\n  loose: {when: {tier: standard}, cap: sev1}\n",
            "line 5: rules.loose.cap: a cap at Sev 1 limits nothing; name a lower level",
        ),
    ],
)
def test_an_allowed_but_unwise_value_is_reported_with_a_better_one(text: str, warning: str) -> None:
    assert any(found.endswith(warning) for found in warned(text)), warned(text)


def test_a_review_date_that_has_passed_is_reported() -> None:
    warnings = check(HEAD, "own.yml", date(2025, 6, 2)).warnings
    assert warnings == (
        (
            "own.yml, line 3: next_review_on: the review was due on 2025-06-01; "
            "review the policy, then set reviewed_on and next_review_on"
        ),
    )


def test_calendars_that_are_probably_meant_otherwise_are_warned_of() -> None:
    calendars = (
        "calendars:\n"
        "  est: {zone: EST, hours: {MON-FRI: '09:00-18:00'}}\n"
        "  london: {zone: Europe/London, hours: {MON-FRI: '09:00-17:30'}, holidays: {country: GB}}\n"
        "  leeds: {zone: Europe/London, hours: {MON-FRI: '09:00-17:30'}, holidays: {country: GB, subdivision: ENG}}\n"
        "  vienna: {zone: Europe/Vienna, hours: {MON-FRI: '09:00-17:30'}, holidays: {country: AT}}\n"
        "  munich: {zone: Europe/Berlin, hours: {MON-FRI: '09:00-17:30'}, holidays: {country: DE}}\n"
        "  night: {zone: Europe/Berlin, hours: {MON-FRI: '22:00-06:00'}}\n"
        "  swapped: {zone: Europe/Berlin, hours: {MON: '18:00-09:00'}}\n"
    )
    said = [warning.partition(": calendars.")[2] for warning in warned(calendars)]
    london = "london.holidays: the parts of GB keep different holidays, and those of ENG count"
    munich = "munich.holidays: the parts of DE keep different holidays, and only those of the whole country count"
    swapped = "swapped.hours: MON is open from 18:00-09:00, over midnight"
    assert said == [
        "est.zone: EST never changes its clocks; it is read as America/New_York; write America/New_York",
        f"{london}; write a subdivision: ENG, NIR, SCT, WLS",
        f"{munich}; write a subdivision: Augsburg, BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, …",
        f"{swapped}; change its ends if it is the day that is meant",
    ]
