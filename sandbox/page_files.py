"""The page's files, read into memory, below an address that changes whenever they do: a browser asks for each but once.

The modules import one another by relative addresses, so the number in the address of the first holds for all of them.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
    "font-src 'self'; connect-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASK_AGAIN = {"Cache-Control": "no-cache"}

INDEX = "index.html"
ROOT = "/page/"
"""Where `index.html` says that the files are; what is served says it with the edition's number."""

Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Edition:
    """The files as they were at one moment, by their paths below the folder."""

    stamps: Stamps
    number: str
    files: dict[str, bytes]

    @property
    def index(self) -> str:
        """Return the page itself. It names every module, so that the browser need not find them one from another."""
        root = f"{ROOT}{self.number}/"
        modules = sorted(name for name in self.files if name.endswith(".js"))
        preloads = "".join(f'    <link rel="modulepreload" href="{ROOT}{name}" />\n' for name in modules)
        html = self.files[INDEX].decode()
        return html.replace("  </head>", f"{preloads}  </head>").replace(f'"{ROOT}', f'"{root}')


class PageFiles:
    """Serves a folder. Each look at the page takes in what has been edited since, for those who work on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._edition = Edition({}, "", {})

    async def index(self, _request: Request) -> Response:
        """Answer with the page."""
        stamps = self._stamps()
        if stamps != self._edition.stamps:
            self._edition = self._read(stamps)
        return Response(self._edition.index, media_type="text/html", headers=HEADERS | ASK_AGAIN)

    async def file(self, request: Request) -> Response:
        """Answer with a file of the edition that was shown last; another edition's address is not kept."""
        name = request.path_params["name"]
        content = self._edition.files.get(name)
        if content is None:
            return PlainTextResponse("not found", 404)
        caching = FOR_EVER if request.path_params["edition"] == self._edition.number else ASK_AGAIN
        return Response(content, media_type=mimetypes.guess_type(name)[0], headers=HEADERS | caching)

    def _stamps(self) -> Stamps:
        found = sorted(path for path in self._folder.rglob("*") if path.is_file())
        status = {path.relative_to(self._folder).as_posix(): path.stat() for path in found}
        return {name: (stat.st_mtime_ns, stat.st_size) for name, stat in status.items()}

    def _read(self, stamps: Stamps) -> Edition:
        files = {name: (self._folder / name).read_bytes() for name in stamps}
        digest = hashlib.sha256()
        for name, content in files.items():
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
        return Edition(stamps, digest.hexdigest()[:12], files)
