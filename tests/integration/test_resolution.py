"""What we say that installers choose, held against the real pip and the real uv."""

from __future__ import annotations

import html
import os
import platform
import random
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import distribution as installed
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent

import pytest
from packaging.tags import platform_tags, sys_tags
from packaging.version import Version

from samples import content_of, distribution, sdist
from twine_stage.distributions import Distribution, Filename, Kind
from twine_stage.environments import environments, environments_for, local
from twine_stage.resolution import Environment, Installer, pick

PIP, UV = Installer
PIP_FOLDER = str(installed("pip").locate_file("pip"))
SETS = 60
SETS_ELSEWHERE = 25
TWIN_CHANCE = 0.4
MINOR = sys.version_info.minor
LIBC = platform.libc_ver()[0]
IS_FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
LISTS_NATIVE_FIRST = Version(version("pip")) >= Version("26.3")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        (LIBC, sys.implementation.name, IS_FREE_THREADED) != ("glibc", "cpython", False),
        reason="the cases are made for a usual CPython on a Linux with glibc",
    ),
]

BACKEND = """
import zipfile

NAME = {name!r}

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    wheel = f"{{NAME}}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(f"{{wheel_directory}}/{{wheel}}", "w") as archive:
        archive.writestr(f"{{NAME}}_chosen.txt", {sdist!r})
        info = f"{{NAME}}-1.0.dist-info"
        fields = ["Metadata-Version: 2.2", f"Name: {{NAME}}", "Version: 1.0", ""]
        archive.writestr(f"{{info}}/METADATA", "\\n".join(fields))
        archive.writestr(f"{{info}}/WHEEL", "Wheel-Version: 1.0\\nTag: py3-none-any\\n")
        archive.writestr(f"{{info}}/RECORD", "")
    return wheel
"""
"""A build backend without requirements, so that an sdist is installed without any index."""

BUILDS = ("", "", "", "", "0-", "1-", "2-", "2a-", "10-")


def here() -> Environment:
    """The environment that the tests run in."""
    return local(
        implementation=sys.implementation.name,
        version=platform.python_version(),
        flags=sys.abiflags,
        platform_tags=list(platform_tags()),
    )


def named(name: str) -> Environment:
    """An environment of the table, or one that a wheel for it names."""
    python, _, system = name.partition(" ")
    wheel = distribution(f"spam-1.0-{python.removesuffix('t')}-{python}-{system}.whl")
    return next(one for one in environments_for([wheel]) if one.name == name)


def tags(environment: Environment, *, with_native: bool) -> list[str]:
    """Tags that part the files of a release in an environment, and some that do not fit it."""
    python, minor = environment.python.name, environment.python.version.minor
    interpreter, stable = python.removesuffix("t"), "abi3t" if python.endswith("t") else "abi3"
    pairs = [
        f"{interpreter}-{python}",
        f"{interpreter}-{stable}",
        f"{interpreter}-none",
        f"cp39-{stable}",
        f"cp38.cp310-{stable}",
        f"cp39.{interpreter}-none",
        f"cp38.{interpreter}-{stable}.{python}",
        "py3-none",
        "py2.py3-none",
        f"py3{minor}-none",
        f"py3{minor - 1}-none",
        f"py3{minor + 1}-none",
        "cp38-cp38",
        f"{interpreter}-{interpreter}d",
    ]
    taken = [tag for tag in environment.platform.tags[UV] if not tag.startswith("linux_")]
    some = [taken[place * (len(taken) - 1) // 4] for place in range(5)]
    systems = ["any", *some, f"{some[0]}.{some[-1]}", f"{some[1]}.win_ia64", f"any.{some[2]}"]
    systems += ["manylinux_2_99_x86_64", "win_ia64", "macosx_99_0_arm64"]
    systems += [tag for tag in environment.platform.tags[PIP] if tag not in taken] * with_native
    return [f"{pair}-{system}" for pair in pairs for system in systems]


def cases(
    environment: Environment, *, count: int, with_sdists: bool, with_native: bool
) -> list[list[Distribution]]:
    """File sets, each a release of a project of its own; both installers can use every set."""
    drawing = random.Random(environment.name)  # noqa: S311 - nothing secret is drawn
    known = tags(environment, with_native=with_native)
    lasts = ["-py3-none-any.whl", ".tar.gz"][: 1 + with_sdists]
    made: list[list[Distribution]] = []
    while len(made) < count:
        name = f"case{len(made)}"
        drawn = {
            f"{name}-1.0-{drawing.choice(BUILDS)}{tag}.whl" for tag in drawing.sample(known, 9)
        }
        twins = {one.replace("-py3-none", "-py2.py3-none") for one in drawn}
        twins |= {one.replace(".whl", ".win_ia64.whl") for one in drawn if "any" not in one}
        drawn |= {one for one in sorted(twins) if drawing.random() < TWIN_CHANCE}
        kept = drawing.sample(sorted(drawn), drawing.randint(1, len(drawn)))
        required = pythons(environment, drawing)
        names = sorted({*kept, f"{name}-1.0{drawing.choice(lasts)}"})
        files = [replace(distribution(one), requires_python=next(required)) for one in names]
        if all(pick(files, environment, installer) for installer in Installer):
            made.append(files)
    return made


def pythons(environment: Environment, drawing: random.Random) -> Iterator[str | None]:
    """What files require of Python: mostly nothing, and not the same."""
    minor = environment.python.version.minor
    some = [">=3.8", f">=3.{minor},<4", f">=3.{minor + 1}", f"<3.{minor}", f"!=3.{minor}.*"]
    while True:
        yield drawing.choice([*[None] * 8, *some, "", "three"])


def write(file: Filename, folder: Path) -> None:
    """Write a distribution that leaves its filename behind where it is installed."""
    if file.kind is Kind.SDIST:
        members = {
            f"{file.project}-1.0/pyproject.toml": (
                b'[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            ),
            f"{file.project}-1.0/backend.py": BACKEND.format(
                name=file.project, sdist=file.text
            ).encode(),
        }
        content = sdist(file.project, "1.0", members=members)
    else:
        content = content_of(file.text, members={f"{file.project}_chosen.txt": file.text.encode()})
    (folder / file.text).write_bytes(content)


def link(file: Distribution) -> str:
    """How the page of an index names a file."""
    required = file.requires_python
    python = "" if required is None else f' data-requires-python="{html.escape(required)}"'
    return f'<a href="{file.filename}"{python}>{file.filename}</a>\n'


@dataclass(frozen=True)
class Trial:
    """Releases on an index of their own, from which an installer is to choose for a Python."""

    folder: Path
    releases: Sequence[Sequence[Distribution]]
    python: str = sys.executable

    def __post_init__(self) -> None:
        for files in self.releases:
            folder = self.folder / "simple" / files[0].filename.project
            folder.mkdir(parents=True)
            for file in files:
                write(file.filename, folder)
            links = "".join(map(link, files))
            (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")

    def pip(self, *options: str) -> dict[str, str]:
        """What pip chooses of each release."""
        command = [self.python, PIP_FOLDER, "--isolated", "install", "--no-cache-dir"]
        command += ["--disable-pip-version-check", "--no-compile", "--index-url", self._url]
        return self._chosen([*command, *options], {})

    def uv(self, *options: str, **variables: str) -> dict[str, str]:
        """What uv chooses of each release."""
        command = [sys.executable, "-m", "uv", "pip", "install", "--no-config"]
        command += ["--index-url", self._url, "--cache-dir", str(self.folder / "cache")]
        return self._chosen([*command, "--python", self.python, *options], variables)

    def expected(self, environment: Environment, installer: Installer) -> dict[str, str]:
        """What ``pick`` says."""
        found = {}
        for files in self.releases:
            picked = pick(files, environment, installer)
            assert picked is not None
            found[str(picked.filename.project)] = picked.filename.text
        return found

    @property
    def _url(self) -> str:
        return (self.folder / "simple").as_uri()

    def _chosen(self, command: list[str], variables: dict[str, str]) -> dict[str, str]:
        """What an installer leaves behind; nobody's configuration takes part."""
        inherited = {
            key: value for key, value in os.environ.items() if not key.startswith(("PIP_", "UV_"))
        }
        names = [f"{files[0].filename.project}==1.0" for files in self.releases]
        target = self.folder / "site"
        done = subprocess.run(
            [*command, "--no-deps", "--target", str(target), *names],
            env=inherited | variables,
            cwd=self.folder,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        marks = target.glob("*_chosen.txt")
        return {mark.name.removesuffix("_chosen.txt"): mark.read_text() for mark in marks}


class TestHere:
    """Of every set of files both installers choose here what ``pick`` names."""

    @pytest.fixture
    def trial(self, tmp_path: Path) -> Trial:
        found = cases(here(), count=SETS, with_sdists=True, with_native=LISTS_NATIVE_FIRST)
        return Trial(tmp_path, found)

    def test_pip(self, trial: Trial) -> None:
        """With native tags in front."""
        assert trial.pip() == trial.expected(here(), PIP)

    def test_uv(self, trial: Trial) -> None:
        """With native tags at the end."""
        assert trial.uv() == trial.expected(here(), UV)

    def test_the_cases_are_worth_the_trouble(self, trial: Trial) -> None:
        """The installers do not choose alike in all of them, and they choose files of all kinds."""
        by_pip, by_uv = (trial.expected(here(), one) for one in Installer)
        parted = [by_pip[project] for project in by_pip if by_pip[project] != by_uv[project]]
        assert any("linux_" in name and "manylinux" not in name for name in parted)
        assert any("linux_" not in name for name in parted)
        for part in (".tar.gz", "-abi3-", "-none-", "-2a-", "-10-", "any.", "manylinux"):
            assert any(part in name for name in by_pip.values()), part

    def test_uv_gives_up_what_it_chose(self, tmp_path: Path) -> None:
        """It looks at what a file requires of Python once it has chosen; pip does so before."""
        best = distribution(f"spam-1.0-cp3{MINOR}-none-any.whl")
        best = replace(best, requires_python=f">=3.{MINOR + 1}")
        files = [best, distribution("spam-1.0-py3-none-any.whl")]
        trial = Trial(tmp_path, [files])

        assert pick(files, here(), UV) is None
        with pytest.raises(AssertionError, match="No solution found"):
            trial.uv()
        assert trial.pip() == trial.expected(here(), PIP) == {"spam": "spam-1.0-py3-none-any.whl"}

    @pytest.mark.skipif(
        Version(version("packaging")) < Version("26.3"), reason="older ones list native tags last"
    )
    def test_the_tags_are_those_of_this_machine(self) -> None:
        """The list that is made of a few facts is the one packaging makes by looking."""
        assert list(here().tags(PIP)) == list(sys_tags())

    def test_the_table_says_the_same_of_this_machine(self) -> None:
        """What it says of this Python on this libc is what the facts say."""
        there = named(here().name)
        assert list(there.tags(PIP)) == list(here().tags(PIP))
        assert list(there.tags(UV)) == list(here().tags(UV))


FREE_THREADED = f"""
    import sys, sysconfig
    sysconfig.get_config_vars().update(
        Py_GIL_DISABLED=1, abiflags="t", EXT_SUFFIX=".cpython-3{MINOR}t-x86_64-linux-gnu.so"
    )
    sys.abiflags = "t"
"""
PYPY = f"""
    import sys, sysconfig
    from types import SimpleNamespace
    version = dict(major=7, minor=3, micro=19, releaselevel="final", serial=0)
    sys.implementation.name = "pypy"
    sys.implementation.version = SimpleNamespace(**version)
    sysconfig.get_config_vars().update(EXT_SUFFIX=".pypy3{MINOR}-pp73-x86_64-linux-gnu.so")
"""


@pytest.mark.parametrize(
    ("implementation", "flags", "pretence"),
    [
        pytest.param(
            "cpython",
            "t",
            FREE_THREADED,
            marks=pytest.mark.skipif(MINOR < 13, reason="3.13 was the first without a lock"),
        ),
        ("pypy", "", PYPY),
    ],
)
def test_other_builds(implementation: str, flags: str, pretence: str, tmp_path: Path) -> None:
    """Both installers choose what ``pick`` names for a Python that says it is another build."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    [site] = (tmp_path / "venv/lib").glob("python*/site-packages")
    (site / "pretence.py").write_text(dedent(pretence))
    (site / "pretence.pth").write_text("import pretence\n")
    there = local(
        implementation=implementation,
        version=platform.python_version(),
        flags=flags,
        platform_tags=list(platform_tags()),
    )
    found = cases(there, count=SETS, with_sdists=False, with_native=LISTS_NATIVE_FIRST)
    python = str(tmp_path / "venv/bin/python")
    by_pip, by_uv = (Trial(tmp_path / one.value, found, python) for one in Installer)
    assert by_pip.pip("--only-binary", ":all:") == by_pip.expected(there, PIP)
    assert by_uv.uv("--only-binary", ":all:") == by_uv.expected(there, UV)
    usual = [pick(files, here(), UV) for files in found]
    assert [pick(files, there, UV) for files in found] != usual


@pytest.mark.parametrize(
    ("name", "system", "variables"),
    [
        ("cp39 manylinux_2_17_x86_64", "x86_64-manylinux_2_17", {}),
        ("cp310 manylinux_2_28_aarch64", "aarch64-manylinux_2_28", {}),
        ("cp315 manylinux_2_39_x86_64", "x86_64-manylinux_2_39", {}),
        ("cp312 musllinux_1_2_x86_64", "x86_64-unknown-linux-musl", {}),
        ("cp311 win_amd64", "x86_64-pc-windows-msvc", {}),
        ("cp312 win32", "i686-pc-windows-msvc", {}),
        ("cp314 win_arm64", "aarch64-pc-windows-msvc", {}),
        (
            "cp312 macosx_15_0_arm64",
            "aarch64-apple-darwin",
            {"MACOSX_DEPLOYMENT_TARGET": "15.0"},
        ),
        ("cp310 macosx_12_0_x86_64", "x86_64-apple-darwin", {"MACOSX_DEPLOYMENT_TARGET": "12.0"}),
        ("cp313 pyemscripten_2025_0_wasm32", "wasm32-pyodide2025", {}),
        ("cp313 android_34_arm64_v8a", "aarch64-linux-android", {"ANDROID_API_LEVEL": "34"}),
        (
            "cp314 ios_17_0_arm64_iphoneos",
            "arm64-apple-ios",
            {"IPHONEOS_DEPLOYMENT_TARGET": "17.0"},
        ),
    ],
)
def test_uv_elsewhere(name: str, system: str, variables: dict[str, str], tmp_path: Path) -> None:
    """Uv chooses for other machines, too, what ``pick`` names."""
    there = named(name)
    trial = Trial(
        tmp_path, cases(there, count=SETS_ELSEWHERE, with_sdists=False, with_native=False)
    )
    options = ("--python-platform", system, "--python-version", f"3.{there.python.version.minor}")
    assert trial.uv(*options, "--only-binary", ":all:", **variables) == trial.expected(there, UV)


@pytest.mark.parametrize(
    "name",
    [
        "cp39 musllinux_1_2_aarch64",
        "cp315t manylinux_2_17_aarch64",
        "cp313t win_amd64",
        "cp314 macosx_26_0_arm64",
        "pp311 win_amd64",
    ],
)
def test_pip_elsewhere(name: str, tmp_path: Path) -> None:
    """Pip chooses for other machines, too, if it is told their platform tags."""
    there = named(name) if name.startswith("cp") else {e.name: e for e in environments()}[name]
    found = cases(there, count=SETS_ELSEWHERE, with_sdists=False, with_native=LISTS_NATIVE_FIRST)
    trial = Trial(tmp_path, found)
    python = there.python.name
    options = ["--only-binary", ":all:", "--implementation", python[:2]]
    options += ["--python-version", f"3.{there.python.version.minor}"]
    options += ["--abi", f"pypy{python[2:]}_pp73" if python.startswith("pp") else python]
    options += [word for tag in there.platform.tags[PIP] for word in ("--platform", tag)]
    assert trial.pip(*options) == trial.expected(there, PIP)
