"""The page's files, in memory, below a path that changes with their content: browsers fetch each version once.

The modules import one another by relative paths, so the version in the first one's path holds for all of them.
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
"""The path of the files in `index.html`; served pages have the edition's number added."""

Stamps = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class FileSnapshot:
    """The files at one moment, by their path below the folder."""

    stamps: Stamps
    number: str
    files: dict[str, bytes]

    @property
    def index(self) -> str:
        """Return the page itself. It lists every module, so that the browser can fetch them in parallel."""
        root = f"{ROOT}{self.number}/"
        modules = sorted(name for name in self.files if name.endswith(".js"))
        preloads = "".join(f'    <link rel="modulepreload" href="{ROOT}{name}" />\n' for name in modules)
        html = self.files[INDEX].decode()
        return html.replace("  </head>", f"{preloads}  </head>").replace(f'"{ROOT}', f'"{root}')


class PageFiles:
    """Serves a folder. Every request for the page picks up edited files, for developers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._edition = FileSnapshot({}, "", {})

    async def index(self, _request: Request) -> Response:
        """Return the page."""
        stamps = self._stamps()
        if stamps != self._edition.stamps:
            self._edition = self._read(stamps)
        return Response(self._edition.index, media_type="text/html", headers=HEADERS | ASK_AGAIN)

    async def file(self, request: Request) -> Response:
        """Return a file of the current edition; other editions are not cached by the browser."""
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

    def _read(self, stamps: Stamps) -> FileSnapshot:
        files = {name: (self._folder / name).read_bytes() for name in stamps}
        digest = hashlib.sha256()
        for name, content in files.items():
            digest.update(f"{name} {len(content)}\n".encode())
            digest.update(content)
        return FileSnapshot(stamps, digest.hexdigest()[:12], files)
