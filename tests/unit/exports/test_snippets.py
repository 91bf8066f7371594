from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from exporting import release
from pages import blocks
from releasing import SDIST, WHEEL, built
from servers.running import serving
from twine_stage.exports import snippets

ODD = "it's $HOME `id` %PATH% %CD% & more (1)/"
"""A folder that no shell may take for anything but a name."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """The URL of a folder with the files, in a folder of an odd name."""
    folder = tmp_path / "served" / ODD
    folder.mkdir(parents=True)
    for name in (WHEEL, SDIST):
        (folder / name).write_bytes(built(name).content)
    with serving(tmp_path / "served") as server:
        odd = quote(ODD, safe="/'$&()")
        yield f"{server.url}{odd}"


def _run(script: str, folder: Path, *tools: str, shell: str = "sh") -> int:
    """The exit status of a script where these are all the tools that there are."""
    path = folder / "path"
    path.mkdir()
    for tool in (*tools, "perl"):  # shasum is written in it
        found = shutil.which(tool)
        if found is None and tool in tools:
            pytest.skip(f"there is no {tool} here")
        if found is not None:
            (path / tool).symlink_to(found)
    found = shutil.which(shell)
    if found is None:
        pytest.skip(f"there is no {shell} here")
    work = folder / "work"
    work.mkdir()
    return subprocess.run(
        [found, "-c", script],
        cwd=work,
        env={"PATH": str(path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    ).returncode


@pytest.mark.parametrize(
    "tools", [("curl", "sha256sum"), ("curl", "shasum"), ("wget", "sha256sum")], ids="-".join
)
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_sh_downloads_and_checks(
    served: str, tmp_path: Path, tools: tuple[str, ...], shell: str
) -> None:
    """With what the system has, and the file is what was frozen."""
    script = snippets.for_sh(release(WHEEL, base=served).files[0])
    assert _run(script, tmp_path, *tools, shell=shell) == 0
    assert (tmp_path / "work" / WHEEL).read_bytes() == built(WHEEL).content


@pytest.mark.parametrize("tools", [("sha256sum",), ("curl",), ("wget",)], ids="-".join)
def test_sh_fails_if_a_tool_is_missing(served: str, tmp_path: Path, tools: tuple[str, ...]) -> None:
    """Nothing is taken for good that was not checked."""
    script = snippets.for_sh(release(WHEEL, base=served).files[0])
    assert _run(script, tmp_path, *tools) != 0


@pytest.mark.parametrize("tool", ["sha256sum", "shasum"])
def test_sh_fails_if_the_file_is_another(served: str, tmp_path: Path, tool: str) -> None:
    """Whoever serves the file cannot serve another one."""
    (tmp_path / "served" / ODD / WHEEL).write_bytes(b"other")
    script = snippets.for_sh(release(WHEEL, base=served).files[0])
    assert _run(script, tmp_path, "curl", tool) != 0


def test_sh_fails_if_there_is_no_file(served: str, tmp_path: Path) -> None:
    """Nothing is checked then, and nothing is taken for good."""
    (tmp_path / "served" / ODD / WHEEL).unlink()
    script = snippets.for_sh(release(WHEEL, base=served).files[0])
    assert _run(script, tmp_path, "curl", "sha256sum") != 0


def test_each_file_has_a_block_for_each_shell() -> None:
    """A section of Markdown per file."""
    text = snippets.write(release(WHEEL, SDIST))
    assert re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE) == [
        "Download and check spam==1.0",
        f"`{WHEEL}`",
        f"`{SDIST}`",
    ]
    assert [block.language for block in blocks(text)] == ["sh", "bat", "powershell"] * 2


@pytest.mark.parametrize("folder", ["%CD%", "a%20b", "a&b", "(1)", "a%20b&%CD%25(c)", "x"])
def test_cmd_reads_an_address_as_it_is(folder: str) -> None:
    """It expands no variable of it, and takes no part of it for the next command.

    That is by the rules of cmd; it is not run here.
    """
    file = release(WHEEL, base=f"https://example.org/{folder}/").files[0]
    commands = _as_cmd_reads(snippets.for_cmd(file))
    digest = file.distribution.sha256
    assert commands == [
        f'curl -fsSL -o "{WHEEL}" {file.url}',
        f'certutil -hashfile "{WHEEL}" SHA256',
        f'findstr /i /x "{digest}" >nul',
        f"echo {WHEEL}: OK",
        f"echo {WHEEL}: FAILED",
    ]


def _as_cmd_reads(line: str) -> list[str]:
    """The commands of a line at the prompt: variables first, then quotes, carets and operators."""
    line = re.sub(r"%cd%", "C:/somewhere", line, flags=re.IGNORECASE)
    found, is_quoted, is_kept = [""], False, False
    for character in line:
        if is_kept:
            found[-1] += character
            is_kept = False
        elif character == "^" and not is_quoted:
            is_kept = True
        elif character in "&|()" and not is_quoted:
            found.append("")
        else:
            is_quoted ^= character == '"'
            found[-1] += character
    return [command.strip() for command in found if command.strip()]


def test_powershell_reads_an_address_as_it_is() -> None:
    """Within single quotes, of which it has none; by PowerShell's rules, it is not run here."""
    file = release(WHEEL, base="https://example.org/it's/$x/").files[0]
    line = snippets.for_powershell(file)
    assert f"-Uri 'https://example.org/it%27s/$x/{WHEEL}' -OutFile '{WHEEL}'" in line
    assert f"-eq '{file.distribution.sha256}'" in line
