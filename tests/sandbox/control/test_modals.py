"""Filling in modals, submitting them, using their controls, closing them."""

from typing import Any

import pytest

from sandbox.control import values
from sandbox.delivery import courier
from sandbox.server import Sandbox
from tests.sandbox.bots import SILENCE, Bot
from tests.sandbox.forms import actions, button, field, modal, option, plain, text_input
from tests.sandbox.world import Json, Person


class Desk:
    """Ana before a modal."""

    def __init__(self, bot: Bot, person: Person) -> None:
        self.bot = bot
        self.person = person

    async def open(self, *blocks: Json, **more: Any) -> Json:
        """Open a modal for Ana, by a command she types."""

        async def opening(payload: Json) -> None:
            await self.bot.client.views_open(trigger_id=payload["trigger_id"], view=modal(*blocks, **more))

        self.bot.on("/escalate", opening)
        await self.person.do("command", user="ana", channel="general")
        return await self.person.top("ana")

    async def submit(self, **values: Any) -> Json:
        return await self.person.do("submit", user="ana", values=values)

    async def press(self, action_id: str, **more: Any) -> Json:
        return await self.person.do("press", user="ana", surface="modal", action_id=action_id, **more)

    async def submitted(self, block_id: str) -> Json:
        """Return the value of a block that the bot received, when ana last submitted."""
        heard = [payload for kind, payload in self.bot.heard if kind == "view_submission"]
        held: Json = next(iter(heard[-1]["view"]["state"]["values"][block_id].values()))
        return held


@pytest.fixture
def desk(bot: Bot, person: Person) -> Desk:
    return Desk(bot, person)


async def test_what_was_typed_is_submitted_and_the_modal_closes(desk: Desk) -> None:
    view = await desk.open()
    assert await desk.submit(name="Acme") == {"result": "closed"}
    payload = await desk.bot.hears("view_submission")
    assert (payload["view"]["id"], payload["user"]["id"], payload["response_urls"]) == (view["id"], "U01ANA", [])
    assert await desk.submitted("name") == {"type": "plain_text_input", "value": "Acme"}
    assert (await desk.person.look("views", user="ana"))["views"] == []


async def test_an_empty_required_field_is_refused_before_it_reaches_the_bot(desk: Desk) -> None:
    await desk.open(field("name", text_input()), field("why", text_input(), optional=True))
    answer = await desk.submit(why="because")
    assert (answer["result"], answer["errors"]) == ("errors", {"name": "Please complete this required field."})
    assert [kind for kind, _ in desk.bot.heard] == ["/escalate"]
    await desk.submit(name="Acme")
    assert (await desk.submitted("why"))["value"] == "because"


MENU = [option("a", "Alpha"), option("b", "Beta")]


@pytest.mark.parametrize(
    ("element", "entered", "kept"),
    [
        ({"type": "plain_text_input"}, "hello", {"value": "hello"}),
        ({"type": "email_text_input"}, "a@b.example", {"value": "a@b.example"}),
        ({"type": "url_text_input"}, "https://x.y/z", {"value": "https://x.y/z"}),
        ({"type": "number_input", "is_decimal_allowed": True}, 2.5, {"value": "2.5"}),
        ({"type": "static_select", "options": MENU}, "a", {"selected_option": MENU[0]}),
        ({"type": "static_select", "options": MENU}, "Beta", {"selected_option": MENU[1]}),
        (
            {"type": "static_select", "option_groups": [{"label": plain("All"), "options": MENU}]},
            "b",
            {"selected_option": MENU[1]},
        ),
        ({"type": "radio_buttons", "options": MENU}, "b", {"selected_option": MENU[1]}),
        ({"type": "multi_static_select", "options": MENU}, ["b", "a"], {"selected_options": MENU[::-1]}),
        ({"type": "checkboxes", "options": MENU}, ["a"], {"selected_options": MENU[:1]}),
        ({"type": "users_select"}, "U01BEN", {"selected_user": "U01BEN"}),
        ({"type": "users_select"}, "@ben", {"selected_user": "U01BEN"}),
        ({"type": "multi_users_select"}, ["ben", "cy"], {"selected_users": ["U01BEN", "U01CY"]}),
        ({"type": "conversations_select"}, "#feed", {"selected_conversation": "C01FEED"}),
        ({"type": "multi_conversations_select"}, ["feed"], {"selected_conversations": ["C01FEED"]}),
        ({"type": "channels_select"}, "C01FEED", {"selected_channel": "C01FEED"}),
        ({"type": "multi_channels_select"}, ["general"], {"selected_channels": ["C01GENERAL"]}),
        ({"type": "datepicker"}, "2026-03-06", {"selected_date": "2026-03-06"}),
        ({"type": "timepicker"}, "16:30", {"selected_time": "16:30"}),
        ({"type": "datetimepicker"}, 1772809200, {"selected_date_time": 1772809200}),
        ({"type": "datetimepicker"}, "2026-03-06T16:00:00+01:00", {"selected_date_time": 1772809200}),
    ],
)
async def test_a_plain_value_becomes_what_the_element_holds(
    desk: Desk, element: Json, entered: object, kept: Json
) -> None:
    await desk.open(field("it", {"action_id": "it", **element}))
    assert (await desk.submit(it=entered))["result"] == "closed"
    assert await desk.submitted("it") == {"type": element["type"], **kept}


async def test_rich_text_is_entered_as_text(desk: Desk) -> None:
    await desk.open(field("it", {"action_id": "it", "type": "rich_text_input"}))
    await desk.submit(it="so *bold*")
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "so *bold*"}]}
    assert (await desk.submitted("it"))["rich_text_value"] == {"type": "rich_text", "elements": [section]}


async def test_files_are_brought_along(desk: Desk) -> None:
    await desk.open(field("it", {"action_id": "it", "type": "file_input"}))
    file = (await desk.person.do("upload", user="ana", name="a.png", content="aGVsbG8="))["file"]
    await desk.submit(it=[file["id"]])
    assert await desk.submitted("it") == {"type": "file_input", "files": [file]}
    await desk.open(field("it", {"action_id": "it", "type": "file_input"}))
    status, answer = await desk.person.tried("submit", user="ana", values={"it": ["F404"]})
    assert (status, answer["error"]) == (400, "file_not_found")


async def test_a_file_field_takes_what_slacks_takes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "LARGEST_IN_A_FORM", 5)
    element = {"action_id": "it", "type": "file_input", "filetypes": ["png"], "max_files": 1}
    await desk.open(field("it", element))
    png, other, log, large, theirs = [
        (await desk.person.do("upload", user=user, name=name, content=content))["file"]["id"]
        for user, name, content in (
            ("ana", "a.png", "aGVsbG8="),
            ("ana", "b.png", "aGVsbG8="),
            ("ana", "a.log", "aGVsbG8="),
            ("ana", "c.png", "bGFyZ2Vy"),
            ("ben", "d.png", "aGVsbG8="),
        )
    ]
    for given, error in (([png, other], "too_many"), ([log], "file_type"), ([theirs], "file_not_found")):
        status, answer = await desk.person.tried("submit", user="ana", values={"it": given})
        assert (status, answer["error"]) == (400, error)
    assert (await desk.submit(it=[large]))["errors"] == {"it": "Files here can be 10 MB at most."}
    assert (await desk.submit(it=[png]))["result"] == "closed"


async def test_an_app_downloads_a_file_of_its_form_with_its_token_and_nobody_elses(desk: Desk) -> None:
    await desk.open(field("it", {"action_id": "it", "type": "file_input"}))
    mine, other = [
        (await desk.person.do("upload", user="ana", name=name, content="aGVsbG8="))["file"]
        for name in ("a.png", "b.png")
    ]
    await desk.submit(it=[mine["id"]])
    token = {"Authorization": f"Bearer {desk.bot.client.token}"}
    for file, headers, status in ((mine, token, 200), (other, token, 302), (mine, {}, 302)):
        async with desk.person.http.get(file["url_private"], headers=headers, allow_redirects=False) as response:
            assert response.status == status
    assert (await desk.bot.client.files_info(file=mine["id"]))["file"]["id"] == mine["id"]


@pytest.mark.parametrize(
    ("element", "entered"),
    [
        ({"type": "plain_text_input", "min_length": 3}, "ab"),
        ({"type": "plain_text_input", "max_length": 3}, "abcd"),
        ({"type": "plain_text_input"}, "x" * 3001),
        ({"type": "email_text_input"}, "nobody"),
        ({"type": "url_text_input"}, "x.y"),
        ({"type": "number_input", "is_decimal_allowed": True}, "many"),
        ({"type": "number_input", "is_decimal_allowed": False}, "2.5"),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": "3"}, "2"),
        ({"type": "number_input", "is_decimal_allowed": False, "max_value": "3"}, "4"),
    ],
)
async def test_what_a_field_does_not_take_is_said_below_it(desk: Desk, element: Json, entered: object) -> None:
    await desk.open(field("it", {"action_id": "it", **element}))
    answer = await desk.submit(it=entered)
    assert (answer["result"], list(answer["errors"])) == ("errors", ["it"])


@pytest.mark.parametrize(
    ("element", "entered", "error"),
    [
        ({"type": "static_select", "options": MENU}, "c", "option_not_found"),
        ({"type": "static_select", "options": MENU}, ["a"], "one_value"),
        ({"type": "multi_static_select", "options": MENU, "max_selected_items": 1}, ["a", "b"], "too_many"),
        ({"type": "users_select"}, "nobody", "user_not_found"),
        ({"type": "channels_select"}, "nowhere", "channel_not_found"),
        ({"type": "datepicker"}, "tomorrow", "not_a_date"),
        ({"type": "timepicker"}, "25:00", "not_a_time"),
        ({"type": "datetimepicker"}, "soon", "not_a_time"),
        ({"type": "datetimepicker"}, "2026-03-06T16:00:00", "no_zone"),
        ({"type": "plain_text_input"}, {"deep": 1}, "plain_value"),
    ],
)
async def test_what_nobody_could_enter_is_a_misuse(desk: Desk, element: Json, entered: object, error: str) -> None:
    await desk.open(field("it", {"action_id": "it", **element}))
    status, answer = await desk.person.tried("submit", user="ana", values={"it": entered})
    assert (status, answer["error"]) == (400, error)


async def test_what_is_typed_is_held_before_it_is_submitted(desk: Desk) -> None:
    address = field("address", {"type": "email_text_input", "action_id": "it"})
    await desk.open(field("name", text_input()), address, actions(button()))
    filled = await desk.person.do("fill", user="ana", values={"name": "Acme", "address": "nobody"})
    assert filled["errors"] == {"address": "Please enter a valid email address."}
    await desk.press("go")
    values = (await desk.bot.hears("block_actions"))["view"]["state"]["values"]
    assert values["name"]["text"]["value"] == "Acme"
    status, answer = await desk.person.tried("fill", user="ana", values={})
    assert (status, answer["error"]) == (400, "not_values")


async def test_a_missing_field_is_reported_with_those_that_exist(desk: Desk) -> None:
    await desk.open(field("name", text_input()), field("why", text_input("reason")))
    status, answer = await desk.person.tried("submit", user="ana", values={"nmae": "x"})
    assert (status, answer["message"]) == (400, "no field has the block_id 'nmae'; there are: name, why")


async def test_without_a_modal_there_is_nothing_to_submit(person: Person) -> None:
    for name in ("submit", "close"):
        status, answer = await person.tried(name, user="ana")
        assert (status, answer["error"]) == (400, "no_view")


async def test_a_modal_without_a_button_is_not_submitted(desk: Desk) -> None:
    await desk.open({"type": "divider"}, submit=None)
    status, answer = await desk.person.tried("submit", user="ana")
    assert (status, answer["error"]) == (400, "no_submit")


ACCOUNTS = [option("acme", "Acme Corp"), option("globex", "Globex")]
EXTERNAL = field("account", {"type": "external_select", "action_id": "account", "min_query_length": 2})


def search(payload: Json) -> Json:
    query = payload["value"].lower()
    return {"options": [o for o in ACCOUNTS if query in o["text"]["text"].lower() or query == o["value"]]}


async def test_an_external_menu_asks_the_bot_for_what_is_typed(desk: Desk) -> None:
    desk.bot.on("block_suggestion", search)
    await desk.open(EXTERNAL)
    ask = {"user": "ana", "block_id": "account"}
    assert (await desk.person.do("options", **ask, query="corp"))["options"] == ACCOUNTS[:1]
    payload = await desk.bot.hears("block_suggestion")
    assert (payload["action_id"], payload["value"], payload["view"]["type"]) == ("account", "corp", "modal")
    short = await desk.person.do("options", **ask, query="c")
    assert (short["options"], "min_query_length" in short["problem"]) == ([], True)


@pytest.mark.parametrize("entered", ["acme", "Acme Corp"])
async def test_an_option_is_chosen_by_value_or_label_without_having_been_offered(desk: Desk, entered: str) -> None:
    desk.bot.on("block_suggestion", search)
    await desk.open(EXTERNAL)
    assert (await desk.submit(account=entered))["result"] == "closed"
    assert (await desk.submitted("account"))["selected_option"] == ACCOUNTS[0]


async def test_an_option_that_was_offered_is_chosen_without_asking_again(desk: Desk) -> None:
    desk.bot.on("block_suggestion", search)
    await desk.open(EXTERNAL)
    await desk.person.do("options", user="ana", block_id="account", query="globex")
    await desk.submit(account="globex")
    assert [kind for kind, _ in desk.bot.heard].count("block_suggestion") == 1


async def test_an_option_nobody_offers_is_a_misuse(desk: Desk) -> None:
    desk.bot.on("block_suggestion", search)
    await desk.open(EXTERNAL)
    status, answer = await desk.person.tried("submit", user="ana", values={"account": "initech"})
    assert (status, answer["error"]) == (400, "option_not_found")


async def test_options_in_groups_and_several_of_them(desk: Desk) -> None:
    groups = {"option_groups": [{"label": plain("Customers"), "options": ACCOUNTS}]}
    desk.bot.on("block_suggestion", lambda _: groups)
    await desk.open(field("accounts", {"type": "multi_external_select", "action_id": "it", "min_query_length": 0}))
    assert await desk.person.do("options", user="ana", block_id="accounts", query="") == groups
    await desk.submit(accounts=["acme", "globex"])
    assert (await desk.submitted("accounts"))["selected_options"] == ACCOUNTS


async def test_options_that_slack_would_not_draw_are_a_problem(desk: Desk) -> None:
    desk.bot.on("block_suggestion", lambda _: {"options": [option(str(n)) for n in range(101)]})
    await desk.open(EXTERNAL)
    answer = await desk.person.do("options", user="ana", block_id="account", query="any")
    assert answer["problem"] == "no more than 100 items allowed [json-pointer:/options]"


async def test_errors_keep_the_modal_with_what_was_typed(desk: Desk) -> None:
    await desk.open()
    desk.bot.on("view_submission", lambda _: {"response_action": "errors", "errors": {"name": "Taken."}})
    answer = await desk.submit(name="Acme")
    assert (answer["result"], answer["errors"]) == ("errors", {"name": "Taken."})
    assert answer["view"]["state"]["values"]["name"]["text"]["value"] == "Acme"
    desk.bot.on("view_submission", lambda _: None)
    assert (await desk.submit())["result"] == "closed"
    assert (await desk.submitted("name"))["value"] == "Acme"


async def test_an_update_shows_another_view_in_its_place(desk: Desk) -> None:
    view = await desk.open()
    done = modal({"type": "divider", "block_id": "d"}, callback_id="progress", submit=None)
    desk.bot.on("view_submission", lambda _: {"response_action": "update", "view": done})
    answer = await desk.submit(name="Acme")
    assert (answer["result"], answer["view"]["id"], answer["view"]["callback_id"]) == (
        "updated",
        view["id"],
        "progress",
    )


async def test_a_push_lays_another_view_on_top_and_closing_shows_the_one_below(desk: Desk) -> None:
    view = await desk.open()
    desk.bot.on("view_submission", lambda _: {"response_action": "push", "view": modal(callback_id="second")})
    answer = await desk.submit(name="Acme")
    assert (answer["result"], answer["view"]["previous_view_id"]) == ("pushed", view["id"])
    assert (await desk.person.do("close", user="ana"))["view"]["id"] == view["id"]


async def test_submitting_a_pushed_view_shows_the_one_below(desk: Desk) -> None:
    view = await desk.open()
    desk.bot.on("view_submission", lambda _: {"response_action": "push", "view": modal(callback_id="second")})
    await desk.submit(name="Acme")
    desk.bot.on("view_submission", lambda _: None)
    answer = await desk.submit(name="x")
    assert (answer["result"], answer["view"]["id"]) == ("closed", view["id"])


async def test_clear_closes_them_all(desk: Desk) -> None:
    await desk.open()
    desk.bot.on("view_submission", lambda _: {"response_action": "push", "view": modal()})
    await desk.submit(name="Acme")
    desk.bot.on("view_submission", lambda _: {"response_action": "clear"})
    assert await desk.submit(name="x") == {"result": "cleared"}
    assert (await desk.person.look("views", user="ana"))["views"] == []


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"response_action": "errors", "errors": {"title": "?"}}, "errors names 'title', which is no input block"),
        ({"response_action": "errors", "errors": {}}, "errors has to map block ids to text"),
        ({"response_action": "update", "view": {"type": "modal"}}, "missing required field: title"),
        ({"response_action": "update"}, "must be a valid view object"),
        ({"response_action": "explode"}, "no response_action is called 'explode'"),
    ],
)
async def test_an_answer_that_makes_no_sense_leaves_the_person_in_trouble(
    desk: Desk, answer: Json, problem: str
) -> None:
    await desk.open()
    desk.bot.on("view_submission", lambda _: answer)
    outcome = await desk.submit(name="Acme")
    assert (outcome["result"], problem in outcome["problem"]) == ("timeout", True)
    assert len((await desk.person.look("views", user="ana"))["views"]) == 1


async def test_a_bot_that_does_not_answer_in_time_leaves_the_modal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.open()
    monkeypatch.setattr(courier, "PATIENCE", 0.05)
    desk.bot.on("view_submission", lambda _: SILENCE)
    assert (await desk.submit(name="Acme"))["result"] == "timeout"
    assert (await desk.person.top("ana"))["state"]["values"]["name"]["text"]["value"] == "Acme"


async def test_a_button_in_a_modal_tells_the_bot_with_the_state(desk: Desk) -> None:
    await desk.open(field("name", text_input(initial_value="Acme")), actions(button(value="42")))
    assert await desk.press("go") == {"ack": None, "status": 200, "sent": True}
    payload = await desk.bot.hears("block_actions")
    (action,) = payload["actions"]
    assert (action["action_id"], action["block_id"], action["value"]) == ("go", "actions", "42")
    assert payload["container"] == {"type": "view", "view_id": payload["view"]["id"]}
    assert payload["view"]["state"]["values"]["name"]["text"]["value"] == "Acme"
    assert "response_url" not in payload
    pushed = await desk.bot.client.views_push(trigger_id=payload["trigger_id"], view=modal())
    assert pushed["view"]["previous_view_id"] == payload["view"]["id"]


async def test_an_input_dispatches_only_if_configured(desk: Desk) -> None:
    menu = {"type": "static_select", "action_id": "menu", "options": MENU}
    quiet = {"type": "static_select", "action_id": "quiet", "options": MENU}
    await desk.open(field("loud", menu, dispatch_action=True), field("quiet", quiet))
    assert (await desk.press("quiet", value="b"))["sent"] is False
    assert (await desk.press("menu", value="a"))["sent"] is True
    payload = await desk.bot.hears("block_actions")
    assert payload["actions"][0]["selected_option"] == MENU[0]
    values = payload["view"]["state"]["values"]
    assert values["quiet"]["quiet"]["selected_option"] == MENU[1]
    await desk.submit()
    assert (await desk.submitted("loud"))["selected_option"] == MENU[0]


async def test_an_element_is_named_with_those_that_are_there(desk: Desk) -> None:
    await desk.open(actions(button("one"), button("two")), actions(button("one"), block_id="more"))
    status, answer = await desk.person.tried("press", user="ana", surface="modal", action_id="three")
    assert (status, answer["error"], "one (block actions)" in answer["message"]) == (400, "not_found", True)
    status, answer = await desk.person.tried("press", user="ana", surface="modal", action_id="one")
    assert (status, answer["error"]) == (400, "ambiguous")
    assert (await desk.press("one", block_id="more"))["sent"] is True


async def test_several_fields_in_one_block_are_named_by_their_action_ids(desk: Desk) -> None:
    day = {"type": "datepicker", "action_id": "day"}
    time = {"type": "timepicker", "action_id": "time"}
    await desk.open(actions(day, time, block_id="when"), submit=plain("Go"))
    status, answer = await desk.person.tried("submit", user="ana", values={"when": "2026-03-06"})
    assert (status, answer["error"]) == (400, "ambiguous")
    await desk.submit(when={"day": "2026-03-06", "time": "16:30"})
    payload = await desk.bot.hears("view_submission")
    assert payload["view"]["state"]["values"]["when"]["time"]["selected_time"] == "16:30"


async def test_closing_is_sent_if_the_modal_asks_for_it(desk: Desk) -> None:
    view = await desk.open(notify_on_close=True)
    assert await desk.person.do("close", user="ana") == {"closed": [view["id"]], "view": None}
    payload = await desk.bot.hears("view_closed")
    assert (payload["view"]["id"], payload["is_cleared"]) == (view["id"], False)
    await desk.open()
    await desk.person.do("close", user="ana")
    assert [kind for kind, _ in desk.bot.heard].count("view_closed") == 1


async def test_closing_may_clear_the_stack(desk: Desk, sandbox: Sandbox) -> None:
    await desk.open(notify_on_close=True)
    second = modal(clear_on_close=True, notify_on_close=True)
    desk.bot.on("view_submission", lambda _: {"response_action": "push", "view": second})
    await desk.submit(name="x")
    closed = (await desk.person.do("close", user="ana"))["closed"]
    assert len(closed) == 2
    assert (await desk.bot.hears("view_closed", 2))["is_cleared"] is True
    assert sandbox.workspace.views.stack("U01ANA") == []


async def test_a_menu_of_conversations_may_hand_out_a_response_url(desk: Desk) -> None:
    menu = {"type": "conversations_select", "action_id": "it", "response_url_enabled": True}
    await desk.open(field("where", menu))
    await desk.submit(where="feed")
    (door,) = (await desk.bot.hears("view_submission"))["response_urls"]
    assert (door["block_id"], door["channel_id"]) == ("where", "C01FEED")


async def test_a_menu_of_conversations_may_begin_with_where_the_person_was(desk: Desk) -> None:
    menu = {"type": "conversations_select", "action_id": "it", "default_to_current_conversation": True}
    view = await desk.open(field("where", menu))
    assert view["state"]["values"]["where"]["it"]["selected_conversation"] == "C01GENERAL"
