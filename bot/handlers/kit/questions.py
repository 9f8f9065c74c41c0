"""Questions about an escalation or a customer, as people type them: the verb that answers, and what it is about."""

import re
from typing import Final

ACCOUNT, STATUS, TIMELINE, ONCALL = "account", "status", "timeline", "oncall"

_ABOUT: Final = r"(?P<about>\S.*?)"
_IS: Final = r"(?:'s| is| was| are| were)"
_STATE: Final = r"(?:acknowledged|acked|mitigated|resolved|fixed|closed|reopened|open|overdue|late|updated)"
_OF: Final = r"(?:of|for|on|to|at|in|with|about|from)"
_NEXT: Final = r"next (?:customer |internal )?update(?: due)?"
_HOW_IT_IS: Final = r"(?:latest |current )?(?:status|state|severity|level)"
_QUESTIONS: Final = tuple(
    (verb, re.compile(pattern, re.IGNORECASE))
    for verb, pattern in (
        (ONCALL, rf"who{_IS} on[ -]?call(?: {_OF} {_ABOUT})?"),
        (TIMELINE, rf"who(?:{_IS}(?: been)?| has been| got| did (?:we|you|it)) paged?(?: {_OF})?(?: {_ABOUT})?"),
        (TIMELINE, rf"who (?:acknowledged|acked|declared|raised|escalated|resolved|fixed|closed|updated) {_ABOUT}"),
        (STATUS, rf"who (?:owns|has) {_ABOUT}"),
        (STATUS, rf"who{_IS} (?:on|handling|fixing|working on|responsible for|dealing with) {_ABOUT}"),
        (STATUS, rf"who{_IS} (?:the )?(?:fix |customer )?owner {_OF} {_ABOUT}"),
        (STATUS, rf"when{_IS} (?:the )?{_NEXT}(?: {_OF} {_ABOUT})?"),
        (STATUS, rf"when{_IS} {_ABOUT} due"),
        (ACCOUNT, rf"(?:is|are|was) {_ABOUT} (?:still )?escalated"),
        (STATUS, rf"(?:is|are|was|has|have) {_ABOUT} (?:still |been |already )?{_STATE}"),
        (STATUS, rf"what{_IS} (?:the )?{_HOW_IT_IS} {_OF} {_ABOUT}"),
        (STATUS, rf"what{_IS} (?:happening|going on|new|up|the latest) {_OF} {_ABOUT}"),
        (STATUS, rf"any (?:news|updates?|word) {_OF} {_ABOUT}"),
        (STATUS, rf"how{_IS} {_ABOUT}(?: doing| going| looking)?"),
        (STATUS, rf"why{_IS} {_ABOUT} (?:an? )?(?:sev(?:erity)? ?\d|p\d|escalated|critical|urgent)"),
    )
)
# What stands for the escalation of the channel.
_THIS: Final = frozenset({"it", "this", "that", "things", "this one", "this escalation", "the escalation"})


def question_in(text: str) -> tuple[str, str] | None:
    """Return the verb that answers a question and what it asks about, empty if that is left open; None for other text.

    The caller knows whether anything has that name.
    """
    asked = " ".join(text.replace("\u2019", "'").split()).rstrip("?!. ")
    for verb, pattern in _QUESTIONS:
        if (found := pattern.fullmatch(asked)) is not None:
            about = found["about"] or ""
            return verb, "" if about.casefold() in _THIS else about
    return None
