import os
from pathlib import Path

import pytest

from cinoche.kit.errors import Conflict, Unavailable
from cinoche.kit.lock import FolderLock


def test_one_holds_it_and_another_is_told_who(tmp_path: Path) -> None:
    with FolderLock(tmp_path / "data", "x.lock", holder="an import"):
        with pytest.raises(Conflict, match=rf"an import .process {os.getpid()}. is using"):
            FolderLock(tmp_path / "data", "x.lock", holder="a training").__enter__()
        with FolderLock(tmp_path / "data", "y.lock", holder="a training"):
            pass
    with FolderLock(tmp_path / "data", "x.lock", holder="a training"):
        pass


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="--data"):
        FolderLock(tmp_path / "file" / "data", "x.lock", holder="an import").__enter__()
