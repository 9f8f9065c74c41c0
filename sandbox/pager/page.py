"""The stand-in's page: incidents, the newest first, with buttons to acknowledge and resolve them as somebody."""

import html
from datetime import UTC, datetime

from sandbox.pager.state import RESOLVED, TRIGGERED, Incident, PagerState

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
header { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1rem; }
header { border-bottom: 1px solid #8884; margin-bottom: 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; } a { color: inherit; } .soft { opacity: .7; }
article { border: 1px solid #8884; border-left: .35rem solid #888; border-radius: .4rem; padding: .7rem 1rem; }
article { margin-bottom: .8rem; } article.triggered { border-left-color: #d33; }
article.acknowledged { border-left-color: #d90; } article.resolved { border-left-color: #2a7; opacity: .75; }
h2 { font-size: 1rem; margin: 0; } p { margin: .3rem 0; white-space: pre-line; }
form { display: inline-flex; flex-wrap: wrap; gap: .4rem; margin: .3rem .4rem 0 0; }
button, select { font: inherit; padding: .2rem .7rem; border-radius: .3rem; border: 1px solid #888; }
"""
_REFRESH_SECONDS = 5


def draw(state: PagerState) -> str:
    """Return the page."""
    newest = sorted(state.incidents.values(), key=lambda one: one.opened_at, reverse=True)
    listed = "".join(_incident(one, state) for one in newest)
    empty = "<p>No one has been paged yet. Declare a Sev 1 in Slack.</p>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Pager</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="refresh" content="{_REFRESH_SECONDS}"><style>{_STYLE}</style></head><body>'
        '<header><h1>Pager</h1><span class="soft">Stands in for PagerDuty</span><a href="/">Back to Slack</a></header>'
        f"{listed or empty}</body></html>"
    )


def _incident(one: Incident, state: PagerState) -> str:
    times = "once" if len(one.rings) == 1 else f"{len(one.rings)} times, last"
    rang = f"Rang {times} at {_time(one.rings[-1])}." if one.rings else ""
    by = f" by {state.users.get(one.by, one.by)}" if one.by else ""
    waits = one.link and one.status == TRIGGERED
    link = f' <a href="{html.escape(one.link or "")}">Acknowledge by link</a>' if waits else ""
    return (
        f'<article class="{one.status}"><h2>{html.escape(one.title)}</h2>'
        f'<p class="soft">{html.escape(f"{one.service} · {one.severity} · {one.status}{by}. {rang}")}</p>'
        f"<p>{html.escape(one.details)}</p>{_buttons(one, state)}{link}</article>"
    )


def _buttons(one: Incident, state: PagerState) -> str:
    if one.status == RESOLVED:
        return ""
    people = "".join(
        f'<option value="{html.escape(email)}"{" selected" if name in one.details else ""}>{html.escape(name)}</option>'
        for email, name in state.users.items()
    )
    chosen = f'<select name="as" aria-label="As">{people}</select>'
    actions = [("acknowledge", "Acknowledge")] if one.status == TRIGGERED else []
    buttons = "".join(
        f'<button formaction="/pager/{one.id}/{action}">{label}</button>'
        for action, label in [*actions, ("resolve", "Resolve")]
    )
    return f'<form method="post">{chosen}{buttons}</form>'


def _time(at: float) -> str:
    """Return a time in this machine's zone, which is named."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%a %-d %b, %-I:%M %p %Z}"
