"""The kit: the ports and services from which each module of effects builds its performers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.policy.record.mails import Envelope
from bot.ports.links import Links, NoLinks
from bot.ports.mailer import Mail, Mailer
from bot.ports.pager import OutsideRoutes
from bot.ports.status_page import StatusSource
from bot.ports.workspace import Workspace
from bot.scheduler.jobs import Performer
from bot.services.bundle import Services

Performers = Mapping[EffectKind, Performer]


@dataclass(frozen=True)
class EffectKit:
    """The ports and the services. `mailer` is None where no mail server is set."""

    workspace: Workspace
    services: Services
    mailer: Mailer | None = None
    routes: OutsideRoutes = field(default_factory=OutsideRoutes)
    links: Links = field(default_factory=NoLinks)
    status_page: StatusSource | None = None

    @property
    def core(self) -> Core:
        """Return the threads in which services run."""
        return self.services.core


class DrawnMail(Protocol):
    """The content of a mail."""

    @property
    def subject(self) -> str:
        """The subject."""
        ...

    @property
    def text(self) -> str:
        """All of it as plain text."""
        ...

    @property
    def html(self) -> str:
        """The same as HTML."""
        ...


def addressed(envelope: Envelope, drawn: DrawnMail, *, reply_to: str | None, sender_name: str | None = None) -> Mail:
    """Return a mail with its envelope."""
    return Mail(
        recipient=envelope.recipient,
        subject=drawn.subject,
        text=drawn.text,
        html=drawn.html,
        message_id=envelope.id,
        to=(envelope.to,),
        copies=envelope.copies,
        thread=envelope.thread,
        reply_to=reply_to,
        sender_name=sender_name,
    )
