import os
import signal

import pytest

from cinoche.kit.errors import Invalid, Unavailable
from cinoche.kit.processes import run_apart


def whoami() -> int:
    return os.getpid()


def refuse() -> None:
    raise Invalid("this is wrong.", where="here", remedy="Do that.")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_work_is_done_in_another_process() -> None:
    assert run_apart(whoami) != os.getpid()


def test_its_error_is_raised_here_whole() -> None:
    with pytest.raises(Invalid) as caught:
        run_apart(refuse)
    assert str(caught.value) == "here: this is wrong. Do that."


def test_a_process_that_is_killed_is_an_error() -> None:
    with pytest.raises(Unavailable, match="killed"):
        run_apart(die)
