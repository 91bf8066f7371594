"""The preview of a session: a simple index of what is in it, for whoever knows its URL."""

from __future__ import annotations

from urllib.parse import unquote

from servers.project_pages import HTML, JSON, Stored, as_html, as_json, root
from servers.session_rooms import Room, later

Page = tuple[int, bytes, dict[str, str]]
"""Status, content, and headers."""


def preview(room: Room, place: str, *, accept: str) -> Page:
    """A page, or a file, by its place below the URL of the preview."""
    files = _files(room)
    is_html = "json" not in accept
    kind = {"Content-Type": HTML if is_html else JSON}
    place = unquote(place).strip("/")
    if place in files:
        return 200, files[place].content, {}
    if not place:
        return 200, root([room.name], is_html=is_html), kind
    if place != room.name or not files:
        return 404, b"", {}
    page = (
        as_html(place, files, has_hashes=True)
        if is_html
        else as_json(place, files, has_hashes=True, has_times=False)
    )
    return 200, page.replace(b'"/files/', f'"{room.paths["stage"]}'.encode()), kind


def _files(room: Room) -> dict[str, Stored]:
    """What was completed, as long as the session lives."""
    return {
        name: Stored(
            sha256=file.sha256,
            size=file.length,
            content=file.content or b"",
            shown_at=0.0,
            uploaded=later(0),
        )
        for name, file in sorted(room.present.items())
        if file.status == "completed" and room.is_live
    }
