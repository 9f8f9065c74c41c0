"""The kit: the ports and services from which each module of effects builds its performers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.database.transaction import Core
from bot.models.work import EffectKind
from bot.ports.links import Links, NoLinks
from bot.ports.mailer import Mailer
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
