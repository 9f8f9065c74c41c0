"""Filling in the policy's texts for customers with the facts of an escalation, in the customer's time."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.policy.model.facts import AccountFacts
from bot.policy.model.rules import Policy
from bot.policy.model.templates import PLACEHOLDERS, WITH_A_FORM, TemplateKind, Templates
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.time import zones
from bot.policy.wording.next_times import NamedTime

_NAMED: Final = re.compile(r"\{([^{}]*)\}")
_OPTIONAL: Final = re.compile(r"[^.!?\n]*\{([a-z]+)\?\}[^.!?\n]*[.!?]?")
_BRACKET: Final = re.compile(r"\[[^\[\]]+\]")
# A bracket as people type it for words to come: not the text of a link, an index or a reference.
_TYPED: Final = re.compile(r"(?<![\w\]])\[([^\[\]\n]{2,200})\](?![(\[])")
_TYPED_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_OF_CODE: Final = re.compile(r'[\d=<>{}"\\_|:;]')
# What stands alone in a bracket for words to come.
_ENGLISH: Final = frozenset({"todo", "tbd", "tba", "tbc", "xxx", "name", "date", "time", "link", "customer", "account"})
_TO_COME: Final = _ENGLISH | {"summary", "text", "datum", "uhrzeit", "zeit", "kunde", "offen"}
# Our own words, written for colleagues: a person reads them before the customer does.
_CHECK: Final = "[check: "
_DATES: Final = {"MM/DD": "%m/%d", "DD/MM": "%d/%m", "DD.MM.": "%d.%m.", "YYYY-MM-DD": "%Y-%m-%d"}
# S1: "a valid update", whatever the policy offers.
_INVESTIGATING: Final = "We're still investigating; the root cause isn't isolated yet. We'll write again by {next?}."
_DEFAULT_DATE: Final = "MM/DD"  # S2: "Date - MM/DD"
_GERMAN_DATE: Final = "DD.MM."
GERMAN: Final = "de"
_GERMAN_ZONES: Final = {"CET": "MEZ", "CEST": "MESZ"}
# How people write languages in a file of accounts.
_LANGUAGES: Final = {"german": GERMAN, "deutsch": GERMAN, "english": "en", "englisch": "en"}


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateFacts:
    """Values for a text besides the record: now, when the next update is promised, the names of contact and sender."""

    now: datetime | None = None
    next_at: datetime | None = None
    contact: str | None = None
    # Of a programme: its success criteria, its plan, and what has changed in the plan the customer knows.
    criteria: str | None = None
    plan: str | None = None
    changes: str | None = None
    sender: str | None = None


def template(policy: Policy, facts: EscalationFacts, kind: TemplateKind) -> str | None:
    """Return the policy's text for an occasion: the category's, else the health's, the level's, or the one for all.

    It is in the customer's language if there is one in it, else in the policy's own.
    """
    scopes, language = [*_nearest(policy, facts)], language_of(facts.account)
    theirs = [texts.languages[language] for texts in scopes if language in texts.languages]
    found = next((text for texts in (*theirs, *scopes) if (text := texts.of(kind)) is not None), None)
    return _INVESTIGATING if found is None and kind is TemplateKind.INVESTIGATING else found


def _nearest(policy: Policy, facts: EscalationFacts) -> Iterator[Templates]:
    if facts.category:
        yield policy.category(facts.category).templates
    track = policy.health_rule(facts.health) if facts.health is not None else None
    if track is not None:
        yield track.templates
    yield policy.level(facts.level).templates
    yield policy.templates


def kinds(policy: Policy, facts: EscalationFacts) -> tuple[TemplateKind, ...]:
    """Return the occasions there are texts for, those that fit the escalation's state first."""
    fitting = _fitting(facts)
    offered = [kind for kind in TemplateKind if kind not in WITH_A_FORM]
    there = [kind for kind in offered if template(policy, facts, kind) is not None]
    return tuple(sorted(there, key=lambda kind: fitting.index(kind) if kind in fitting else len(fitting)))


def _fitting(facts: EscalationFacts) -> tuple[TemplateKind, ...]:
    if facts.last_customer_update_at is None:
        return (TemplateKind.ACKNOWLEDGEMENT, TemplateKind.URGENT, TemplateKind.STANDARD, TemplateKind.HOLDING)
    if facts.status in (Status.MITIGATED, Status.RESOLVED):
        return (TemplateKind.RESOLUTION, TemplateKind.CLOSING, TemplateKind.STATUS)
    return (TemplateKind.STATUS, TemplateKind.INVESTIGATING)


def filled(policy: Policy, facts: EscalationFacts, kind: TemplateKind, given: TemplateFacts) -> str | None:
    """Return the text for an occasion with the facts filled in; those that are missing are marked in [brackets].

    The sentence of a `{name?}` that is missing is left out. Words written for colleagues are marked `[check: …]`.
    """
    text = template(policy, facts, kind)
    if text is None:
        return None
    known = _known(policy, facts, given)
    text = _OPTIONAL.sub(lambda found: found.group() if known.get(found[1]) else "", text)
    named = _NAMED.sub(lambda found: _word(found[1].removesuffix("?"), known), text)
    for bracket, word in _of_the_source(known).items():
        named = named.replace(bracket, word)
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+(?=\n|$)|(?<=[.!?]) {2,}", "", named)).strip()


def _of_the_source(known: Mapping[str, str | None]) -> Mapping[str, str]:
    """Return the words for S3's own brackets. Without the term of a team, its sentence gives no time."""
    words = {"[ID]": known["number"] or "[ID]", "[team name]": known["team"] or "team"}
    timeframe = known["timeframe"]
    return words | ({"[timeframe]": timeframe} if timeframe else {" within [timeframe]": ""})


def _word(name: str, known: Mapping[str, str | None]) -> str:
    return known.get(name) or PLACEHOLDERS.get(name, f"[{name}]")


def unknown_placeholders(text: str) -> Iterator[str]:
    """Yield what a template names in {braces} that isn't there to be filled in."""
    for found in _NAMED.findall(text):
        if found.removesuffix("?") not in PLACEHOLDERS:
            yield found


def left_open(words: str, policy: Policy) -> str | None:
    """Return the first [bracket] that nobody has filled in or checked; None if there is none.

    It is one of the policy's texts, also with other capitals or with one side deleted, or a person typed it for words
    to come: `[what we do now]`, `[TBD]`. `[Enter]`, `[1]` and `[error=5]` are theirs.
    """
    if "[" not in words and "]" not in words:
        return None
    offered = _offered(policy)
    known = {bracket.casefold() for bracket in offered}
    found = _BRACKET.findall(words)
    whole = next((one for one in found if one.casefold() in known or one.casefold().startswith(_CHECK)), None)
    return whole or _half(words, offered) or _typed(words)


def is_of_the_policy(bracket: str, policy: Policy) -> bool:
    """Return True if a bracket, whole or half, is of the texts that the policy offers."""
    return not _TYPED.fullmatch(bracket) or bracket.casefold() in {one.casefold() for one in _offered(policy)}


def _offered(policy: Policy) -> Collection[str]:
    offered = set(PLACEHOLDERS.values())
    for texts in _all(policy):
        for kind in TemplateKind:
            offered.update(_BRACKET.findall(texts.of(kind) or ""))
    return offered


def _typed(words: str) -> str | None:
    """Return the first bracket that a person typed for words to come."""
    for found in _TYPED.finditer(words):
        parts = _TYPED_WORD.findall(found[1])
        is_code = _OF_CODE.search(found[1]) is not None or (len(parts) > 1 and found[1].isupper())
        if not is_code and (len(parts) > 1 or (parts and parts[0].casefold() in _TO_COME)):
            return found.group()
    return None


def _half(words: str, offered: Collection[str]) -> str | None:
    """Return the first bracket that has only one of its sides left."""
    halves = ((min(_places(words, one)), one) for one in offered if _places(words, one))
    ours = words.find(_CHECK)
    if ours >= 0:
        return words[ours:].splitlines()[0]
    return min(halves, default=(0, None))[1]


def _places(words: str, bracket: str) -> list[int]:
    return [place for place in (words.find(bracket[:-1]), words.find(bracket[1:])) if place >= 0]


def to_check(bracket: str) -> str | None:
    """Return our own words of a bracket that asks to check them; None if it asks for something else."""
    return bracket.removeprefix(_CHECK).removesuffix("]") if bracket.startswith(_CHECK) else None


def _all(policy: Policy) -> Iterator[Templates]:
    scopes = [policy.templates]
    for parts in (policy.levels, policy.health, policy.categories):
        scopes += [part.templates for part in parts]
    for texts in scopes:
        yield texts
        yield from texts.languages.values()


def _known(policy: Policy, facts: EscalationFacts, given: TemplateFacts) -> Mapping[str, str | None]:
    category = policy.category(facts.category) if facts.category else None
    is_german = language_of(facts.account) == GERMAN
    terms = facts.team_answer.terms
    return {
        "account": facts.account.name or None,
        "issue": _checked(facts.summary),
        "severity": _severity(policy, facts.level, is_german=is_german),
        "number": facts.ticket.number if facts.ticket and facts.ticket.number else facts.key,
        "contact": given.contact,
        "team": _team(policy.team(category.team).name, is_german=is_german)
        if category is not None and category.team
        else None,
        "timeframe": terms.target.in_words() if terms is not None else None,
        "now": customer_moment(given.now, facts.account, policy) if given.now else None,
        "next": customer_moment(given.next_at, facts.account, policy) if given.next_at else None,
        "cadence": _cadence(policy, facts),
        "fixed": _checked(facts.fixed or ""),
        "criteria": given.criteria or (facts.exit.words.strip() if facts.exit is not None else None),
        "plan": _lines(given.plan or ""),
        "changes": _lines(given.changes or ""),
        "sender": given.sender,
    }


def _checked(ours: str) -> str | None:
    """Return our words for a sentence of the text, which has its own full stop."""
    return _lines(ours.strip().rstrip(".!?"))


def _lines(ours: str) -> str | None:
    """Return our words that stand for themselves."""
    words = ours.strip().replace("[", "(").replace("]", ")")
    return f"{_CHECK}{words}]" if words else None


def _team(name: str, *, is_german: bool) -> str:
    return f"{name}-Team" if is_german else f"{name} team"


def _severity(policy: Policy, level: str, *, is_german: bool) -> str | None:
    """Return the level's name (S1: "the Sev you have assigned"); of the top one, what the name means."""
    if policy.only_level is not None:
        return None
    label = policy.level(level).label
    highest = "unsere höchste Stufe" if is_german else "our highest severity"
    return f"{label}, {highest}" if policy.is_top(level) else label


def _cadence(policy: Policy, facts: EscalationFacts) -> str | None:
    """Return how often the customer is told: the health's cadence for an account programme, else the level's."""
    track = policy.health_rule(facts.health) if facts.health is not None else None
    cadence = track.cadence if track is not None else policy.level_for(facts.level, facts.account.plan).cadence.customer
    return cadence.in_words() if cadence.every is not None else None


def customer_zone(account: AccountFacts, policy: Policy) -> ZoneInfo:
    """Return the zone in which a customer reads times: the account's `zone`, else the policy's."""
    return _zone(account) or policy.zone


def customer_moment(at: datetime, account: AccountFacts, policy: Policy) -> str:
    """Return a date and time as the customer writes them: `03/06, 4:00 PM EST`, or `06.03., 22:00 MEZ`.

    Zone and form are the account's `zone` and `date_format`; without them the policy's zone and S2's MM/DD, or of those
    who read German DD.MM.
    """
    local, form = at.astimezone(_zone(account) or policy.zone), _date_form(account)
    hour = f"{local:%I:%M %p}".lstrip("0") if form == _DEFAULT_DATE else f"{local:%H:%M}"
    return f"{customer_day(local.date(), account)}, {hour} {_zone_name(local, account)}"


def is_customer_time(named: NamedTime, at: datetime, account: AccountFacts, policy: Policy) -> bool:
    """Return True if a clock time that a text names may be `at`, as the customer reads times."""
    local = at.astimezone(customer_zone(account, policy))
    return named.is_of(local, (f"{local:%Z}", _zone_name(local, account)))


def _zone_name(local: datetime, account: AccountFacts) -> str:
    """Return what people call the zone of a time: `EST`, in German `MEZ`, and `UTC+4` where it has only an offset."""
    named = f"{local:%Z}"
    if not named.startswith(("+", "-")):
        return _GERMAN_ZONES.get(named, named) if language_of(account) == GERMAN else named
    hours, minutes = divmod(int((local.utcoffset() or timedelta()).total_seconds() // 60), 60)
    return f"UTC{hours:+d}" + (f":{minutes:02d}" if minutes else "")


def customer_day(on: date, account: AccountFacts) -> str:
    """Return a day as the customer writes it: `03/06`, or `06.03.`."""
    return on.strftime(_DATES[_date_form(account)])


def _date_form(account: AccountFacts) -> str:
    usual = _GERMAN_DATE if language_of(account) == GERMAN else _DEFAULT_DATE
    form = str(account.extra.get("date_format") or usual).strip().upper()
    return form if form in _DATES else _DEFAULT_DATE


def language_of(account: AccountFacts) -> str:
    """Return the language of a customer: the account's `language`, in small letters without a region; else empty."""
    written = str(account.extra.get("language") or "").strip().casefold()
    return _LANGUAGES.get(written, re.split("[-_]", written)[0])


def _zone(account: AccountFacts) -> ZoneInfo | None:
    named = account.extra.get("zone") or account.extra.get("timezone")
    return zones.find(named) if named else None
