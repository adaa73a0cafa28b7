"""How far a long step has come: a function that steps call, and the bars that a terminal shows."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int | None], None]
"""Called as ``progress(step, done, total)``; ``total`` is None while it is not known."""


def silent(step: str, done: int, total: int | None) -> None:
    """Show nothing."""


@contextmanager
def silent_bars() -> Iterator[Progress]:
    """Open nothing that shows progress."""
    yield silent


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Show a bar per step on stderr, with its time; a line per finished step where stderr is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(file=sys.stderr), transient=False) as bars:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int | None) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield show
