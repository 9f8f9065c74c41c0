"""api.test, auth.*, apps.*: who is calling, and how Slack reaches the app."""

from typing import Any

from sandbox.api.call import Call
from sandbox.errors import SlackError

Json = dict[str, Any]


def test(call: Call) -> Json:
    """Echo the arguments, or fail on request."""
    given = {name: value for name, value in call.given.items() if name != "token"}
    if error := given.get("error"):
        raise SlackError(str(error), args=given)
    return {"args": given} if given else {}


def auth_test(call: Call) -> Json:
    """Return whose token it is."""
    team = call.workspace.team
    return {
        "url": team.url,
        "team": team.name,
        "user": call.workspace.users[call.user].name,
        "team_id": team.id,
        "user_id": call.user,
        "bot_id": call.app.bot_id,
        "app_id": call.app.id,
        "app_name": call.app.manifest.name,
        "is_enterprise_install": False,
    }


def revoke(call: Call) -> Json:
    """Revoke the bot's token until the sandbox is reset."""
    if call.args.get("test"):
        return {"revoked": False}
    call.app.revoked = True
    call.workspace.changes.tell("token_revoked", app=call.app)
    return {"revoked": True}


def open_connection(call: Call) -> Json:
    """Return the URL for one Socket Mode connection."""
    return {"url": f"{call.base_url.replace('http', 'ws', 1)}/link/?ticket={call.ticket()}&app_id={call.app.id}"}


HANDLERS = {
    "api.test": test,
    "auth.test": auth_test,
    "auth.revoke": revoke,
    "apps.connections.open": open_connection,
}
