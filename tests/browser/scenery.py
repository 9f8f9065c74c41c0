"""A workspace in which something of everything is to be seen: what the page draws, all at once."""

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.world import Json, button, modal, mrkdwn, option, plain, question
from tests.sandbox.world import Person

LEVELS = [option("low", "Low", "Nobody waits"), option("high", "High", "Everybody waits")]
DAYS = ("Mon", "Tue", "Wed")

FIELDS = ("*Level*\n:large_orange_circle: Sev 2", "*Fix owner*\n<@U01BEN>", "*Next update*\nin 2 h", "*Ticket*\n`4711`")


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def series(name: str, *values: int) -> Json:
    return {"name": name, "data": [{"label": day, "value": value} for day, value in zip(DAYS, values, strict=True)]}


CARD: list[Json] = [
    {"type": "header", "text": plain(":rotating_light: ESC-142 Acme: exports are down")},
    {"type": "section", "fields": [mrkdwn(field) for field in FIELDS]},
    {"type": "context", "elements": [mrkdwn("Declared by <@U01ANA> in <#C01SUPPORT>")]},
    {"type": "divider"},
    {
        "type": "actions",
        "elements": [
            button("Acknowledge", "acknowledge", style="primary"),
            button("Post an update", "update"),
            button("Withdraw", "withdraw", style="danger"),
            {"type": "static_select", "action_id": "level", "placeholder": plain("Change level"), "options": LEVELS},
            {"type": "datepicker", "action_id": "day"},
            {"type": "overflow", "action_id": "more", "options": LEVELS},
        ],
    },
]

FIGURES: list[Json] = [
    {
        "type": "data_table",
        "caption": "Open escalations",
        "page_size": 3,
        "rows": [
            [raw("Account"), raw("Level"), raw("Owner")],
            *([raw(f"Account {at}"), raw(f"Sev {at % 4 + 1}"), raw("Ben Okafor")] for at in range(5)),
        ],
    },
    {
        "type": "data_visualization",
        "title": "This week",
        "chart": {
            "type": "bar",
            "series": [series("Opened", 3, 7, 5), series("Closed", 1, 2, 9)],
            "axis_config": {"categories": list(DAYS), "x_label": "Day", "y_label": "Escalations"},
        },
    },
    {
        "type": "data_visualization",
        "title": "By level",
        "chart": {"type": "pie", "segments": [{"label": "Sev 1", "value": 1}, {"label": "Sev 2", "value": 3}]},
    },
    {"type": "markdown", "text": "## Found\n\n1. **One**\n2. two\n\n- [x] told the customer\n- [ ] review\n\n> said"},
    {
        "type": "container",
        "title": plain("Checklist"),
        "child_blocks": [{"type": "section", "text": mrkdwn("~Ticket~ · *Call the customer*")}],
        "is_collapsible": True,
    },
    {
        "type": "card",
        "title": mrkdwn("*Runbook*"),
        "body": mrkdwn("How to restart exports"),
        "actions": [button("Open", "open")],
    },
]

HOME: list[Json] = [
    {"type": "header", "text": plain("All open")},
    {
        "type": "section",
        "text": mrkdwn("*ESC-142* Acme\n:large_orange_circle: Sev 2 · due in 2 h"),
        "accessory": button("Open", "open"),
    },
    {"type": "actions", "elements": [button("Declare", "declare", style="primary"), button("Mine", "mine")]},
    *FIGURES[:2],
]

FORM = modal(
    {"type": "alert", "text": mrkdwn("Acme has another open escalation: *ESC-141*."), "level": "warning"},
    question("account", "Account", {"type": "external_select", "min_query_length": 1}),
    question("summary", "What is happening?", {"type": "plain_text_input"}, hint=plain("One sentence.")),
    question("level", "How bad is it?", {"type": "radio_buttons", "options": LEVELS}),
    question("marks", "What applies?", {"type": "checkboxes", "options": LEVELS}, optional=True),
    question("area", "Area", {"type": "static_select", "options": LEVELS}),
    question("others", "Others", {"type": "multi_users_select"}, optional=True),
    question("day", "Day", {"type": "datepicker"}),
    question("hour", "Hour", {"type": "timepicker"}),
    question("files", "Files", {"type": "file_input"}, optional=True),
    title="Declare an escalation",
)

TEXT = (
    "*bold* _italic_ ~struck~ `code` :tada: @ben #support https://example.com\n> quoted\n"
    "```\nTraceback: the export worker has no space left\n```"
)


async def furnish(bolt: AsyncApp, person: Person) -> None:
    """Fill the workspace, and let `/ticket` open the form."""

    @bolt.command("/ticket")
    async def ticket(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=command["trigger_id"], view=FORM)

    client = bolt.client
    await client.views_publish(user_id="U01ANA", view={"type": "home", "blocks": HOME})
    head = await person.say("ben", "general", "Exports are down for Acme since nine.")
    await person.say("ana", "general", "I tell the customer.", thread_ts=head)
    await person.say("cy", "general", "Looking at the workers.", thread_ts=head)
    await person.do("reaction", user="ana", channel="general", ts=head, name="eyes")
    await person.do("reaction", user="cy", channel="general", ts=head, name="eyes")
    await person.say("ana", "general", TEXT)
    await client.chat_postMessage(channel="C01GENERAL", text="Figures", blocks=FIGURES)
    card = await client.chat_postMessage(channel="C01GENERAL", text="ESC-142", blocks=CARD)
    await client.pins_add(channel="C01GENERAL", timestamp=str(card["ts"]))
    await client.bookmarks_add(channel_id="C01GENERAL", title="Runbook", type="link", link="https://example.com")
    await client.chat_postEphemeral(channel="C01GENERAL", user="U01ANA", text="Nobody else can see this.")
    await person.say("ben", "support", "News for @ana")
    await person.do("direct", user="ana", users=["ben"])
    await person.say("ben", "@ana", "Have you a minute?")
