"""Text that people type never pings, links or disguises, and always fits."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.views.kit.text import (
    clip,
    clip_markup,
    escape,
    length,
    link,
    moment,
    mrkdwn,
    one_line,
    person,
    plain,
    split_markup,
)

TYPED = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("<>&|!@#*_`~\u202e\u200b\n")), max_size=400)


@given(TYPED, st.integers(min_value=5, max_value=300))
def test_escaped_words_hold_no_markup_and_are_cut_as_a_reader_counts(typed: str, limit: int) -> None:
    escaped = escape(typed, limit)
    assert "<" not in escaped
    assert ">" not in escaped
    assert len(_read(escaped)) <= limit
    assert not re.search(r"&(?!amp;|lt;|gt;)", escaped)


@pytest.mark.parametrize("typed", ["&" * 601, "&" * 2500, "<b>&</b>" * 300, "&amp;" * 500])
def test_words_that_grow_when_escaped_are_kept_whole(typed: str) -> None:
    assert _read(escape(typed)) == typed
    assert len(_read(escape(typed, 600))) == 600


def _read(escaped: str) -> str:
    return escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@given(
    st.lists(
        st.sampled_from(["<https://x.example|x y>", "<@U01ANA>", "&amp;", "word ", "*b*", "\n", "\n>", "x" * 30, " "]),
        max_size=80,
    ),
    st.integers(40, 120),
)
def test_long_markup_is_divided_into_parts_that_lose_no_word(parts: list[str], limit: int) -> None:
    markup = "".join(parts)
    divided = split_markup(markup, limit)
    assert all(len(part) <= limit for part in divided)
    assert all(re.fullmatch(r"(?:<[^<>]+>|&amp;|[^<&])*", part) for part in divided)
    assert _words("".join(divided)) == _words(markup)


def _words(markup: str) -> str:
    """Return markup without what dividing it may change: spaces, line breaks and marks of quotation."""
    tokens = re.findall(r"<[^<>]+>|[^<>\s]", markup)
    return "".join(tokens)


def test_a_quotation_stays_one_when_it_is_divided() -> None:
    divided = split_markup("*Said*\n>" + "word " * 100, 100)
    assert len(divided) > 1
    assert all(part.startswith(">") for part in divided[1:])


@given(TYPED)
def test_short_words_come_back_whole(typed: str) -> None:
    assert html.unescape(escape(typed, 10_000)) == html.unescape(escape(html.unescape(escape(typed, 10_000)), 10_000))


@given(TYPED)
def test_invisible_characters_are_taken_out(typed: str) -> None:
    assert not set("\u202e\u200b\u2066\ufeff\u0000") & set(escape(typed))


@given(TYPED)
def test_a_single_line_has_no_break(typed: str) -> None:
    assert "\n" not in one_line(typed)


@given(st.text(max_size=50), st.integers(min_value=1, max_value=60))
def test_clipped_text_fits(text: str, limit: int) -> None:
    assert len(clip(text, limit)) <= limit


@given(st.lists(st.sampled_from(["<https://x.example|x>", "<@U01ANA>", "&amp;", "word ", "*b*"])), st.integers(1, 90))
def test_markup_is_never_cut_in_its_middle(parts: list[str], limit: int) -> None:
    cut = clip_markup("".join(parts), limit)
    assert len(cut) <= limit
    assert re.fullmatch(r"(?:<[^<>]+>|&amp;|[^<>&])*", cut)


@given(TYPED, TYPED)
def test_a_link_is_one_link(address: str, words: str) -> None:
    markup = link(f"https://crm.example/{address}", words)
    assert markup.count("<") == 1
    assert markup.count(">") == 1
    assert markup.count("|") == 1


@given(TYPED)
def test_only_slack_ids_are_mentioned(typed: str) -> None:
    assert person(typed).startswith("<@") == bool(re.fullmatch(r"[UW][A-Z0-9]{2,}", typed))


def test_our_markup_is_verbatim() -> None:
    assert mrkdwn("see example.com").to_dict()["verbatim"] is True


def test_an_empty_plain_text_is_not_sent() -> None:
    assert plain("", 75).text == " "


def test_a_moment_is_shown_in_each_readers_zone_with_a_fallback_that_names_its_own() -> None:
    at = datetime(2026, 3, 6, 20, 0, tzinfo=UTC)
    assert moment(at, "America/New_York") == ("<!date^1772827200^{date_pretty} at {time}|6 Mar 3:00 PM EST>")


@pytest.mark.parametrize(
    ("duration", "said"),
    [
        (timedelta(seconds=40), "40 s"),
        (timedelta(minutes=65), "1 h 5 min"),
        (timedelta(days=2, hours=3, minutes=9), "2 d 3 h"),
        (timedelta(minutes=-15), "15 min"),
        (timedelta(days=1, minutes=5), "1 d 5 min"),
    ],
)
def test_lengths_are_said_in_the_two_largest_units(duration: timedelta, said: str) -> None:
    assert length(duration) == said
