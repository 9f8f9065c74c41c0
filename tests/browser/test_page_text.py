"""Text on the page: Slack's markup is drawn as Slack draws it, and what people type is never anything but text."""

import pytest
from playwright.async_api import Locator, expect
from slack_bolt.async_app import AsyncApp

from tests.browser.page_actions import OpenPage, messages, write
from tests.browser.world import Json, mrkdwn, plain
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FRIDAY = 1772812800
"""2026-03-06 at 16:00 UTC: 11:00 in New York, 17:00 in Berlin, 21:30 in Kolkata."""

ATTEMPTS = (
    "<script>window.hacked = 1</script>",
    '<img src=x onerror="window.hacked = 1">',
    "<javascript:window.hacked=1|press me>",
    "&lt;b onclick=window.hacked=1&gt;bold&lt;/b&gt;",
    "<!date^1^{date}^javascript:window.hacked=1|when>",
    "*<svg onload=window.hacked=1>*",
    "`<iframe srcdoc='<script>parent.hacked=1</script>'>`",
    '<https://example.com/" onmouseover="window.hacked=1|link>',
    ":<img src=x onerror=window.hacked=1>:",
    "<@U01BEN|<b>Ben</b>>",
)

CASES = (
    ("*bold* and _italic_ and ~gone~", "<b>bold</b> and <i>italic</i> and <s>gone</s>"),
    ("*_both_*", "<b><i>both</i></b>"),
    ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
    ("*not closed\nnext* line", "*not closed\nnext* line"),
    ("a `*code*` span", "a <code>*code*</code> span"),
    ("```\nSELECT 1;\n```", "<pre><code>SELECT 1;</code></pre>"),
    ("&gt; quoted\n&gt; twice\nafter", "<blockquote>quoted\ntwice</blockquote>after"),
    ("&gt;&gt;&gt;all\nof it", "<blockquote>all\nof it</blockquote>"),
    ("1 &lt; 2 &amp; 3 &gt; 2", "1 &lt; 2 &amp; 3 &gt; 2"),
    (
        "<https://example.com/a?b=1&amp;c=2|a *link*>",
        '<a href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">a *link*</a>',
    ),
    (
        "see https://example.com/x.",
        'see <a href="https://example.com/x" target="_blank" rel="noopener noreferrer">https://example.com/x</a>.',
    ),
    ("at 10:30:45 :nonsense:", "at 10:30:45 :nonsense:"),
)


async def drawn(open_page: OpenPage, bolt: AsyncApp, text: Json, user: str = "ana") -> Locator:
    """Post a section with a text and return what is drawn of it."""
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="t", blocks=[{"type": "section", "text": text}])
    page = await open_page(user)
    return messages(page).last.locator(".text")


async def test_markup_is_drawn_as_slack_draws_it(open_page: OpenPage, bolt: AsyncApp) -> None:
    for text, _ in CASES:
        await bolt.client.chat_postMessage(
            channel="C01GENERAL", text="t", blocks=[{"type": "section", "text": mrkdwn(text)}]
        )
    page = await open_page("ana")
    await expect(messages(page)).to_have_count(len(CASES))
    shown = await messages(page).locator(".text").evaluate_all("nodes => nodes.map((node) => node.innerHTML)")
    assert shown == [html for _, html in CASES]


async def test_verbatim_text_is_not_linked_automatically(open_page: OpenPage, bolt: AsyncApp) -> None:
    text = await drawn(open_page, bolt, mrkdwn("https://example.com and <https://example.com|this>", verbatim=True))
    await expect(text.get_by_role("link")).to_have_text(["this"])


async def test_plain_text_knows_emoji_and_nothing_else(open_page: OpenPage, bolt: AsyncApp) -> None:
    text = await drawn(open_page, bolt, plain("*no* <@U01BEN> :tada: :+1::skin-tone-4:"))
    await expect(text).to_have_text("*no* <@U01BEN> 🎉 👍🏽")


async def test_mentions_name_whom_they_mean_and_lead_there(open_page: OpenPage, bolt: AsyncApp) -> None:
    text = await drawn(
        open_page, bolt, mrkdwn("<@U01BEN> <@U01ANA> <#C01SUPPORT> <!subteam^S01CSM> <!here> <#C09HIDDEN>")
    )
    await expect(text).to_have_text("@Ben Okafor @Ana Ruiz #support @csms @here private-channel")
    await expect(text.locator(".mention-me")).to_have_text(["@Ana Ruiz", "@csms", "@here"])
    await text.get_by_role("button", name="#support").click()
    await expect(text.page.get_by_label("Message #support")).to_be_visible()


@pytest.mark.parametrize(
    ("user", "shown"),
    [
        ("ana", "March 6th, 2026 at 11:00 AM"),
        ("ben", "March 6th, 2026 at 5:00 PM"),
        ("cy", "March 6th, 2026 at 9:30 PM"),
    ],
)
async def test_a_date_is_shown_in_the_readers_zone(
    open_page: OpenPage, bolt: AsyncApp, person: Person, user: str, shown: str
) -> None:
    await person.do("clock", now=FRIDAY + 400 * 86_400)
    text = await drawn(open_page, bolt, mrkdwn(f"<!date^{FRIDAY}^{{date}} at {{time}}|then>"), user)
    await expect(text).to_have_text(shown)


async def test_every_format_of_dates_is_written(open_page: OpenPage, bolt: AsyncApp, person: Person) -> None:
    await person.do("clock", now=FRIDAY + 86_400, speed=0)
    formats = {
        "{date_num}": "2026-03-06",
        "{date_slash}": "03/06/2026",
        "{date}": "March 6th",
        "{date_short}": "Mar 6, 2026",
        "{date_long}": "Friday, March 6th, 2026",
        "{date_long_full}": "Friday, March 6, 2026",
        "on {date_pretty}": "on yesterday",
        "{date_short_pretty}": "Yesterday",
        "{time_secs}": "11:00:00 AM",
        "{ago}": "1 day ago",
        "{unknown}": "{unknown}",
    }
    lines = "\n".join(f"<!date^{FRIDAY}^{form}|fallback>" for form in formats)
    text = await drawn(open_page, bolt, mrkdwn(f"{lines}\n<!date^soon^{{date}}|no date>"))
    await expect(text).to_have_text("\n".join([*formats.values(), "no date"]), use_inner_text=True)


async def test_how_long_ago_moves_on_with_the_clock(open_page: OpenPage, bolt: AsyncApp, person: Person) -> None:
    await person.do("clock", now=FRIDAY, speed=0)
    text = await drawn(open_page, bolt, mrkdwn(f"due <!date^{FRIDAY + 1800}^{{ago}}|soon>"))
    await expect(text).to_have_text("due in 30 minutes")
    await person.do("clock", now=FRIDAY + 3600)
    await expect(text).to_have_text("due 30 minutes ago")


async def test_nothing_typed_becomes_markup(open_page: OpenPage, bolt: AsyncApp) -> None:
    page = await open_page("ana")
    for attempt in ATTEMPTS:
        await write(page, attempt)
        await expect(page.get_by_label("Message #general")).to_have_value("")
        block = {"type": "section", "text": mrkdwn(attempt), "fields": [plain(attempt)]}
        await bolt.client.chat_postMessage(
            channel="C01GENERAL",
            text=attempt,
            blocks=[block, {"type": "header", "text": plain(attempt)}],
            attachments=[{"text": attempt, "title": attempt, "title_link": "javascript:window.hacked=1"}],
        )
    await bolt.client.conversations_setTopic(channel="C01GENERAL", topic=ATTEMPTS[1])
    await expect(page.locator(".topic")).to_have_text(ATTEMPTS[1], use_inner_text=True)
    shown = messages(page).locator(".message-main")
    await expect(shown.filter(has_text="window.hacked").first).to_be_visible()
    harm = "script, iframe, svg[onload], img:not(.emoji), a[href^='javascript'], [onclick], [onerror], [onmouseover]"
    await expect(shown.locator(harm)).to_have_count(0)
    assert await page.evaluate("window.hacked") is None


async def test_rich_text_is_drawn_with_its_styles_lists_and_quotes(open_page: OpenPage, bolt: AsyncApp) -> None:
    def section(*elements: Json) -> Json:
        return {"type": "rich_text_section", "elements": list(elements)}

    word: Json = {"type": "text", "text": "strong", "style": {"bold": True, "italic": True}}
    items = [section({"type": "text", "text": name}) for name in ("one", "two")]
    block = {
        "type": "rich_text",
        "elements": [
            section(word, {"type": "user", "user_id": "U01BEN"}, {"type": "emoji", "name": "tada"}),
            {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": items},
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "let x;"}]},
        ],
    }
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="t", blocks=[block])
    shown = messages(await open_page("ana")).last
    await expect(shown.locator("i b")).to_have_text("strong")
    await expect(shown.get_by_role("button", name="@Ben Okafor")).to_be_visible()
    await expect(shown.locator("ol[start='3'] li")).to_have_text(["one", "two"])
    await expect(shown.locator("blockquote")).to_have_text("said")
    await expect(shown.locator("pre code")).to_have_text("let x;")
