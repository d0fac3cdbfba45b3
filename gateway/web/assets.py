"""Style sheets, the one script, the mark, the API's description: read once, named by their bytes, kept for a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi import Response

from services.kernel.problems import NotFound

HERE = Path(__file__).parent
PACKAGES = HERE / "node_modules"

FILES: Mapping[str, Path] = {
    "designsystemet.css": PACKAGES / "@digdir" / "designsystemet-css" / "dist" / "src" / "index.css",
    "theme.css": PACKAGES / "@digdir" / "designsystemet-theme" / "src" / "themes" / "designsystemet.css",
    "samla.css": HERE / "static" / "samla.css",
    "htmx.js": PACKAGES / "htmx.org" / "dist" / "htmx.min.js",
    "samla.svg": HERE / "static" / "samla.svg",
    "openapi.json": HERE.parent / "openapi.json",
}
"""Everything that is served, by name. Nothing else in the packages can be reached."""

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent. ``version`` changes with its bytes."""

    body: bytes
    version: str
    media_type: str


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, sha256(body).hexdigest()[:16], MEDIA_TYPES[path.suffix])


ASSETS: Mapping[str, Asset] = {name: _read(path) for name, path in FILES.items()}


def address(name: str) -> str:
    """Where a page finds a file."""
    return f"/static/{ASSETS[name].version}/{name}"


async def asset(version: str, name: str) -> Response:
    """A file. An address of another version is an old page's: it gets what there is now, and does not keep it."""
    known = ASSETS.get(name)
    if known is None:
        raise NotFound()
    kept = FOR_A_YEAR if version == known.version else "no-store"
    return Response(known.body, media_type=known.media_type, headers={"Cache-Control": kept})
