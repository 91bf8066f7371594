"""Releases that PyPI would refuse somewhere in the middle: not one byte of them is ever sent.

The server takes whatever it is given; it is said to have PyPI's rules, and a small limit.
"""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from installed import Ran, stage
from samples import content_of, metadata, sdist, tarred, wheel, zipped
from servers.real import RealServer

pytestmark = pytest.mark.integration

Files = Mapping[str, bytes]

SETTINGS = """\
[tool.stage]
repository = "house"

[tool.stage.index.house]
upload-url = "{upload_url}"
simple-url = "{simple_url}"
profile = "pypi"
max-file-size = "2 MB"

[tool.stage.expect]
">=2" = ["*-win_amd64.whl"]
"""


def sound(name: str, *tags: str) -> dict[str, bytes]:
    """A release with nothing wrong."""
    names = [f"{name}-1.0-{tag}.whl" for tag in tags or ("py3-none-any",)]
    return {filename: content_of(filename) for filename in (*names, f"{name}-1.0.tar.gz")}


def described(name: str, **fields: str) -> Files:
    """An sdist whose metadata say something else than its wheel's."""
    content = sdist(name, core_metadata=metadata(name, **fields))
    return {**sound(name), f"{name}-1.0.tar.gz": content}


def tagged(name: str, tag: str) -> Files:
    return sound(name, "py3-none-any", tag)


def _encrypted(name: str) -> Files:
    filename = f"{name}-1.0-py3-none-any.whl"
    content = bytearray(content_of(filename))
    for sign, place in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        content[content.index(sign) + place] |= 1
    return {**sound(name), filename: bytes(content)}


def _flipped(name: str) -> Files:
    filename = f"{name}-1.0-py3-none-any.whl"
    content = bytearray(wheel(name, members={"data.bin": b"x" * 99}, compression=0))
    content[content.index(b"x" * 99)] ^= 1
    return {**sound(name), filename: bytes(content)}


def _trailing(name: str) -> Files:
    filename = f"{name}-1.0-py3-none-any.whl"
    return {**sound(name), filename: content_of(filename) + b"more"}


def _cut(name: str) -> Files:
    filename = f"{name}-1.0.tar.gz"
    return {**sound(name), filename: content_of(filename)[:-20]}


def _scattered(name: str) -> Files:
    top = f"{name}-1.0"
    return {
        **sound(name),
        f"{top}.tar.gz": tarred({f"{top}/PKG-INFO": metadata(name), "beside/it.py": b""}),
    }


def _without_record(name: str) -> Files:
    info = f"{name}-1.0.dist-info"
    members = {
        f"{name}.py": b"",
        f"{info}/METADATA": metadata(name),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nTag: py3-none-any\n",
    }
    return {**sound(name), f"{name}-1.0-py3-none-any.whl": zipped(members)}


def _bad_entry_points(name: str) -> Files:
    members = {f"{name}-1.0.dist-info/entry_points.txt": b"[console_scripts]\na b = c:d\n"}
    return {**sound(name), f"{name}-1.0-py3-none-any.whl": wheel(name, members=members)}


def _licence_missing(name: str) -> Files:
    return described(name, License_File="LICENSE")


def _scrambled(name: str) -> Files:
    code = b"from pytransform import pyarmor\n__pyarmor_" + b"_(__name__, __file__, b'x')\n"
    return {
        **sound(name),
        f"{name}-1.0-py3-none-any.whl": wheel(name, members={f"{name}/a.py": code}),
    }


def _sparse(name: str) -> Files:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content, extra in (
            (f"{name}-1.0/PKG-INFO", metadata(name), {}),
            (f"{name}-1.0/hole", b"", {"GNU.sparse.map": "0,0"}),
        ):
            member = tarfile.TarInfo(path)
            member.size, member.pax_headers = len(content), extra
            archive.addfile(member, io.BytesIO(content))
    return {**sound(name), f"{name}-1.0.tar.gz": gzip.compress(buffer.getvalue())}


def _two_sdists(name: str) -> Files:
    return {**sound(name), f"{name}-1.0.0.tar.gz": sdist(name, "1.0.0")}


def _too_large(name: str) -> Files:
    filename = f"{name}-1.0-py3-none-any.whl"
    noise = bytes(byte * 7 % 251 for byte in range(5003)) * 500
    return {**sound(name), filename: wheel(name, members={"data": noise}, compression=0)}


BROKEN: dict[str, tuple[Callable[[str], Files], str]] = {
    "platform": (lambda name: tagged(name, "cp313-cp313-linux_x86_64"), "F107"),
    "classifier": (lambda name: described(name, Classifier="Private :: Do Not Upload"), "M2"),
    "summary": (lambda name: described(name, Summary="s" * 513), "M2"),
    "address": (lambda name: described(name, Author_email="nobody@example"), "M2"),
    "url": (lambda name: described(name, Home_page="ftp://example.org/"), "M2"),
    "project url": (lambda name: described(name, Project_URL="https://example.org/"), "M2"),
    "direct": (
        lambda name: described(name, Requires_Dist="eggs @ https://example.org/eggs.whl"),
        "M2",
    ),
    "licences": (lambda name: described(name, License="MIT", License_Expression="MIT"), "M2"),
    "readme": (
        lambda name: described(
            name, Description_Content_Type="text/x-rst", Description="broken `link"
        ),
        "M210",
    ),
    "metadata version": (
        lambda name: {
            **sound(name),
            f"{name}-1.0.tar.gz": sdist(
                name, core_metadata=metadata(name).replace(b"2.4", b"2.0", 1)
            ),
        },
        "M2",
    ),
    "encrypted": (_encrypted, "A304"),
    "flipped": (_flipped, "A302"),
    "trailing": (_trailing, "A330"),
    "cut": (_cut, "A303"),
    "scattered": (_scattered, "A333"),
    "record": (_without_record, "A313"),
    "entry points": (_bad_entry_points, "A314"),
    "licence file": (_licence_missing, "A316"),
    "scrambled": (_scrambled, "A332"),
    "sparse": (_sparse, "A306"),
    "two sdists": (_two_sdists, "S402"),
    "large": (_too_large, "F1"),
}


def publish(folder: Path, index: RealServer, files: Files) -> Ran:
    (folder / "dist").mkdir(parents=True)
    for filename, content in files.items():
        (folder / "dist" / filename).write_bytes(content)
    (folder / "pyproject.toml").write_text(
        SETTINGS.format(upload_url=index.upload_url, simple_url=index.simple_url)
    )
    who = {"TWINE_USERNAME": index.username, "TWINE_PASSWORD": index.password}
    return stage(folder, "publish", "dist/*", "--wait", "20", "--json", variables=who)


def problems(ran: Ran) -> list[tuple[str, str]]:
    """The errors that were told, each with its way out: the code and the hint."""
    document: dict[str, Any] = json.loads(ran.out)
    found = [
        (finding["code"], finding["hint"])
        for finding in (document["report"] or {}).get("findings", ())
        if finding["severity"] == "error"
    ]
    return found or [(document["error"]["message"], document["error"]["hint"])]


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_release_is_not_begun(
    open_pypiserver_index: RealServer, tmp_path: Path, kind: str
) -> None:
    """Nothing is sent, not even of the files that are sound; what to do is said."""
    make, code = BROKEN[kind]
    name = "broken" + kind.replace(" ", "")
    ran = publish(tmp_path, open_pypiserver_index, make(name))

    said = open_pypiserver_index.log.read_text(errors="replace")
    assert ran.status in (1, 3), ran.out + ran.err
    assert any(found.startswith(code) for found, _ in problems(ran)) or ran.status == 3, ran.out
    assert all(hint for _, hint in problems(ran))
    assert f"{name}-1.0" not in said
    assert not list(open_pypiserver_index.log.parent.glob(f"packages/{name}*"))


def test_the_same_release_when_it_is_sound(
    open_pypiserver_index: RealServer, tmp_path: Path
) -> None:
    """It goes up, so what stops the others is what is wrong with them."""
    ran = publish(tmp_path, open_pypiserver_index, sound("notbroken"))

    assert ran.status == 0, ran.out + ran.err
    assert len(list(open_pypiserver_index.log.parent.glob("packages/notbroken*"))) == 2
