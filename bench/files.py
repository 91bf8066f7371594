"""The distributions that are staged and sent: well-formed, of any size, the same in each run."""

from __future__ import annotations

import base64
import hashlib
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import projects
import samples
from twine_stage.manifest import freeze
from twine_stage.releases import group

MIB = 1 << 20
RELEASE = 40
"""How many files make a release where there are many."""


def release_of_24(folder: Path) -> None:
    """23 platform wheels of 1 MB and an sdist."""
    noise = random.Random(24)  # noqa: S311 - the same bytes in each run
    pythons = ("cp310", "cp311", "cp312", "cp313")
    platforms = (
        "manylinux_2_28_x86_64",
        "manylinux_2_28_aarch64",
        "musllinux_1_2_x86_64",
        "macosx_11_0_arm64",
        "macosx_10_12_x86_64",
        "win_amd64",
    )
    tags = [f"{python}-{python}-{platform}" for python in pythons for platform in platforms]
    for tag in tags[:23]:
        members = {"spam_data.bin": noise.randbytes(MIB)}
        content = samples.wheel("spam", "1.0", tag=tag, members=members)
        (folder / f"spam-1.0-{tag}.whl").write_bytes(content)
    (folder / "spam-1.0.tar.gz").write_bytes(samples.sdist("spam", "1.0"))


def many(folder: Path, count: int) -> None:
    """Small wheels, in releases of 40 files."""
    for number in range(count):
        release, build = divmod(number, RELEASE)
        name = f"spam{release}-1.0-{build + 1}-py3-none-any.whl"
        members = {"number.txt": b"%d" % number}
        (folder / name).write_bytes(samples.content_of(name, members=members))


def release_of_wheels(folder: Path, count: int) -> None:
    """Wheels of about 1 MB, as projects have them: code, a compiled module, a README."""
    noise = random.Random(100)  # noqa: S311 - the same bytes in each run
    words = [noise.randbytes(noise.randint(1, 6)).hex() for _ in range(2000)]
    code = {
        f"spam/module{number}.py": "\n".join(
            " ".join(noise.choices(words, k=8)) for _ in range(1000)
        ).encode()
        for number in range(20)
    }
    readme = b"\n".join(b"Spam\n====\n\n* **eggs** and ``ham``\n" for _ in range(100))
    fields = samples.metadata(Description_Content_Type="text/x-rst; charset=UTF-8")
    for tag in _tags(count):
        members = code | {"spam/_spam.so": noise.randbytes(MIB // 2)}
        content = samples.wheel(tag=tag, members=members, core_metadata=fields + b"\n" + readme)
        (folder / f"spam-1.0-{tag}.whl").write_bytes(content)


def release_of_crowds(folder: Path, count: int) -> None:
    """Wheels of 2,000 modules of 500 bytes each."""
    noise = random.Random(2000)  # noqa: S311 - the same bytes in each run
    members = {
        f"spam/part{number // 50}/module{number}.py": noise.randbytes(250).hex().encode()
        for number in range(2000)
    }
    for tag in _tags(count):
        (folder / f"spam-1.0-{tag}.whl").write_bytes(samples.wheel(tag=tag, members=members))


def _tags(count: int) -> Iterator[str]:
    """The tags of platform wheels, for so many Pythons and versions of a system as it takes."""
    for number in range(count):
        python = f"cp3{10 + number // 10}"
        yield f"{python}-{python}-manylinux_2_{28 + number % 10}_x86_64"


def manifests(folder: Path, wanted: int, count: int) -> None:
    """Manifests of projects of so many files each, as ``projects.py`` shows them."""
    for number in range(wanted):
        names = (projects.filename(f"spam{number}", build) for build in range(count))
        (release,) = group(map(samples.distribution, names))
        (folder / f"{release.id.folder}.json").write_bytes(freeze(release).dumps())


def large(folder: Path, size: int) -> Path:
    """One wheel with ``size`` bytes of noise, stored as it is; made in little memory."""
    block = random.Random(1).randbytes(MIB)  # noqa: S311 - the same bytes in each run
    digest = hashlib.sha256()
    path = folder / "spam-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        with archive.open("spam_data.bin", "w", force_zip64=True) as member:
            for _ in range(size // MIB):
                digest.update(block)
                member.write(block)
        data = base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode()
        info = "spam-1.0.dist-info"
        archive.writestr(f"{info}/METADATA", samples.metadata("spam", "1.0"))
        wheel = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", wheel)
        record = f"spam_data.bin,sha256={data},{size // MIB * MIB}\n"
        archive.writestr(
            f"{info}/RECORD",
            record + f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n",
        )
    return path
