"""The built web client over HTTP: its files by name, and its page for every other address that it knows itself."""

from pathlib import Path

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import FileResponse, Response

from closeloop.base.errors import NotFound

_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
"""What the build has packed beside each file that is worth it, the smallest first."""
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""Said here, for what a system knows of types differs, and a browser runs no script of a wrong one."""


def serve_client(app: FastAPI, dist: Path) -> None:
    """Serve what the build left in `dist`, packed as the browser takes it."""
    root = dist.resolve()
    router = APIRouter()

    @router.get("/{path:path}", include_in_schema=False)
    async def client(path: str, request: Request) -> Response:
        file = _named(root, path)
        forever = path.startswith("assets/")  # their names hold their hash
        if path.startswith("api/") or (forever and file is None):
            raise NotFound  # a page in the place of a part that is gone would be taken for the part
        page = file or root / "index.html"
        if not page.is_file():
            raise NotFound
        return _packed(page, request.headers.get("accept-encoding", ""), _FOREVER if forever else "no-cache")

    app.include_router(router)


def _named(root: Path, path: str) -> Path | None:
    """Return the file below `root` that a path names; what no file can be called names none."""
    try:
        file = (root / path).resolve()
        return file if file.is_file() and file.is_relative_to(root) else None
    except (OSError, ValueError):  # a name that is too long, or holds a zero
        return None


def _packed(file: Path, accepted: str, cache: str) -> FileResponse:
    headers = {"Cache-Control": cache, "Vary": "Accept-Encoding"}
    taken = {one.partition(";")[0].strip() for one in accepted.split(",") if not one.replace(" ", "").endswith(";q=0")}
    kind = _TYPES.get(file.suffix)
    for encoding, suffix in _ENCODINGS:
        packed = file.with_name(file.name + suffix)
        if encoding in taken and packed.is_file():
            return FileResponse(packed, media_type=kind, headers={**headers, "Content-Encoding": encoding})
    return FileResponse(file, media_type=kind, headers=headers)
