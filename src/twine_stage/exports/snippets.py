"""The format ``snippets``: lines that download a file and check it, for three shells, in Markdown.

They need what the systems bring along: curl or wget, and shasum or sha256sum; curl, certutil and
findstr on Windows 10 and newer; what PowerShell has itself.

Neither filenames nor the addresses that are exported hold a quote.
"""

from __future__ import annotations

import re

from twine_stage.exports.values import Exported, ExportedFile


def write(release: Exported) -> str:
    """A section per file, with a block for ``sh``, one for ``cmd`` and one for PowerShell."""
    sections = [f"# Download and check {release.id}\n"]
    sections += map(_section, release.files)
    return "\n".join(sections)


def for_sh(file: ExportedFile) -> str:
    """Lines for any POSIX shell, to be typed or put in a script; they fail if the file differs."""
    name, url, digest = file.name, file.url, file.distribution.sha256
    return (
        "{ if command -v curl >/dev/null; "
        f"then curl -fsSL -o '{name}' '{url}'; else wget -q -O '{name}' '{url}'; fi; }} &&\n"
        f"printf '%s\\n' '{digest}  {name}' | "
        "{ if command -v sha256sum >/dev/null; "
        "then sha256sum -c -; else shasum -a 256 -c -; fi; }\n"
    )


def for_cmd(file: ExportedFile) -> str:
    """A line to be typed at the prompt of Windows' own ``cmd``."""
    name, url, digest = file.name, _in_cmd(file.url), file.distribution.sha256
    return (
        f'curl -fsSL -o "{name}" {url} && certutil -hashfile "{name}" SHA256 | '
        f'findstr /i /x "{digest}" >nul && echo {name}: OK || echo {name}: FAILED\n'
    )


def for_powershell(file: ExportedFile) -> str:
    """A line for PowerShell, old and new; it ends in an error if the file differs."""
    name, url, digest = file.name, file.url, file.distribution.sha256
    return (
        f"Invoke-WebRequest -UseBasicParsing -ErrorAction Stop -Uri '{url}' -OutFile '{name}'; "
        f"if ((Get-FileHash -Algorithm SHA256 '{name}').Hash -eq '{digest}') "
        f"{{ '{name}: OK' }} else {{ throw '{name}: FAILED' }}\n"
    )


def _section(file: ExportedFile) -> str:
    blocks = (("sh", for_sh(file)), ("bat", for_cmd(file)), ("powershell", for_powershell(file)))
    fenced = "\n".join(f"```{language}\n{text}```\n" for language, text in blocks)
    return f"## `{file.name}`\n\n{fenced}"


def _in_cmd(url: str) -> str:
    """A caret keeps what cmd would read, and goes away.

    No quotes: within them ``%CD%`` is a variable all the same, and a caret stays. Behind a percent
    sign the caret makes it the name of a variable that there is not.
    """
    return re.sub(r"[&()]", r"^\g<0>", url).replace("%", "%^")
