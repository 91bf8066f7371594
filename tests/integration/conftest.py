"""Real servers, one of each kind for all tests; each test publishes a project of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from servers.real import RealServer, devpi, pypiserver


@pytest.fixture(scope="session")
def pypiserver_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A pypiserver that wants a password."""
    with pypiserver(tmp_path_factory.mktemp("pypiserver")) as server:
        yield server


@pytest.fixture(scope="session")
def open_pypiserver_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A pypiserver to which anybody may upload."""
    with pypiserver(tmp_path_factory.mktemp("pypiserver"), has_passwords=False) as server:
        yield server


@pytest.fixture(scope="session")
def devpi_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """An index of a devpi-server, which wants a password."""
    with devpi(tmp_path_factory.mktemp("devpi")) as server:
        yield server


@pytest.fixture(params=["pypiserver", "open_pypiserver", "devpi"])
def real_index(request: pytest.FixtureRequest) -> RealServer:
    """Each of them in turn."""
    found: RealServer = request.getfixturevalue(f"{request.param}_index")
    return found
