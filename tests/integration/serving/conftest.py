import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.benchmarks.serving import Server, run
from tests.conftest import write_release


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the invented release imported and trained, by the command line; not to be written to."""
    folder = tmp_path_factory.mktemp("stocked")
    release = write_release(folder / "tiny")
    for command in (("import", "movielens", str(release)), ("train",)):
        done = run(*command, "--data", str(folder / "data"))
        assert done.returncode == 0, done.stderr
    return folder / "data"


@pytest.fixture
def folder(stocked: Path, tmp_path: Path) -> Path:
    """A copy of the stocked folder."""
    return shutil.copytree(stocked, tmp_path / "data")


@pytest.fixture
def serve(folder: Path) -> Iterator[Callable[..., Server]]:
    """Start servers, on the stocked folder; they are killed at the end."""
    with ExitStack() as stack:

        def start(*options: str, workers: int = 2, **environment: str) -> Server:
            return stack.enter_context(Server(folder, *options, workers=workers, **environment))

        yield start
