"""The mailbox's pages: the list of mails, and one mail as text and as HTML, with a form to answer it."""

import html
from datetime import UTC, datetime

from sandbox.mailbox.state import KeptMail, MailboxState

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
header { display: flex; align-items: baseline; gap: 1rem; border-bottom: 1px solid #8884; margin-bottom: 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; } a { color: inherit; } .soft { opacity: .7; }
.mail { display: grid; grid-template-columns: 12rem 14rem 1fr; gap: 1rem; padding: .5rem; text-decoration: none; }
.mail { border-bottom: 1px solid #8883; } .mail:hover { background: #8881; } .mail b { font-weight: 600; }
.mail > :last-child { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.mail > :nth-child(2) { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 6rem 1fr; gap: .1rem 1rem; margin: 0 0 1rem; } dd { margin: 0; }
dd { overflow-wrap: anywhere; }
iframe { width: 100%; height: 34rem; border: 1px solid #8884; border-radius: .4rem; background: #fff; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #8884; border-radius: .4rem; padding: 1rem; }
summary { cursor: pointer; margin: 1rem 0 .4rem; }
textarea { font: inherit; width: 100%; box-sizing: border-box; min-height: 6rem; padding: .5rem; }
button { font: inherit; padding: .35rem 1rem; border-radius: .3rem; border: 1px solid #888; margin-top: .4rem; }
.answer { border-left: .25rem solid #2a7; padding: .1rem .8rem; margin: .5rem 0; white-space: pre-line; }
@media (max-width: 40rem) { .mail { grid-template-columns: 1fr; gap: 0; } }
"""
_REFRESH_SECONDS = 5


def listed(state: MailboxState) -> str:
    """Return the list, the newest mail first."""
    rows = "".join(_row(one) for one in reversed(state.mails.values()))
    empty = "<p>Nothing was mailed yet. Declare an escalation with a category in Slack.</p>"
    refresh = f'<meta http-equiv="refresh" content="{_REFRESH_SECONDS}">'
    return _document("Mailbox", refresh, _head("Mailbox", "/", "Back to Slack") + (rows or empty))


def one_mail(mail: KeptMail, problem: str = "") -> str:
    """Return one mail. `problem` is why an answer wasn't taken."""
    names = ("From", "To", "Cc", "Date", "Reply-To")
    rows = "".join(
        f"<dt class='soft'>{name}</dt><dd>{html.escape(mail.header(name))}</dd>" for name in names if mail.header(name)
    )
    shown = (
        f'<iframe sandbox title="As HTML" srcdoc="{html.escape(mail.html)}"></iframe>'
        f"<details><summary>As plain text</summary><pre>{html.escape(mail.text)}</pre></details>"
    )
    answers = "".join(f'<div class="answer">{html.escape(one)}</div>' for one in mail.answers)
    subject = mail.header("Subject")
    body = f"{_head(subject, '/mail', 'All mails')}<dl>{rows}</dl>{shown}{answers}{_form(mail, problem)}"
    return _document(subject, "", body)


def _row(mail: KeptMail) -> str:
    to = ", ".join(mail.recipients)
    again = " (in its conversation)" if mail.thread != mail.header("Message-ID") else ""
    first = next((line for line in mail.text.splitlines() if line), "")
    return (
        f'<a class="mail" href="/mail/{mail.id}"><span class="soft">{_time(mail.at)}</span>'
        f"<span>{html.escape(to)}</span>"
        f"<span><b>{html.escape(mail.header('Subject') + again)}</b> "
        f'<span class="soft">{html.escape(first)}</span></span></a>'
    )


def _form(mail: KeptMail, problem: str) -> str:
    if not mail.header("Reply-To"):
        return '<p class="soft">Answers to this mail aren\'t read.</p>'
    said = f'<p role="alert">{html.escape(problem)}</p>' if problem else ""
    to = html.escape(mail.header("To"))
    return (
        f'{said}<form method="post" action="/mail/{mail.id}/answer"><label>Answer as {to}'
        '<textarea name="text" required></textarea></label><button>Send the answer</button></form>'
    )


def _head(title: str, back: str, words: str) -> str:
    return f'<header><h1>{html.escape(title)}</h1><a href="{back}">{words}</a></header>'


def _document(title: str, more: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>{more}'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{body}</body></html>'
    )


def _time(at: float) -> str:
    """Return a time in this machine's zone, which is named."""
    return f"{datetime.fromtimestamp(at, UTC).astimezone():%a %-d %b, %-I:%M %p %Z}"
