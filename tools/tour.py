"""The story in ten seconds of terminal: a home, one event, the home after, what changed and why."""

import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from cinoche.bootstrap import Services, open_services
from cinoche.catalog.models import Face
from cinoche.events import types
from cinoche.events.models import Event
from cinoche.kit.ids import random_id
from cinoche.kit.personal import Subject
from cinoche.recommend.page import Rules
from cinoche.recommend.rows import Row
from cinoche.recommend.sentences import heading, reason
from cinoche.recommend.service import Listing
from cinoche.settings import read_settings

SEED = "The Matrix"
SHOWN_ROWS = 4
SHOWN_TITLES = 5
console = Console()


def show(listing: Listing, before: set[str]) -> set[str]:
    """Print the first rows of a page; what was not on the page before is marked."""
    faces = listing.catalogue.faces
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    shown: set[str] = set()
    for row in listing.rows[:SHOWN_ROWS]:
        names = [_name(faces[placed.position]) for placed in row.items[:SHOWN_TITLES]]
        marked = [name if not before or name in before else f"[bold yellow]{name}[/]" for name in names]
        table.add_row(f"[bold]{_heading(listing, row)}[/]", " · ".join(marked))
        shown.update(names)
    console.print(table)
    return shown


def _heading(listing: Listing, row: Row) -> str:
    return heading(row, lambda title_id: _name_of(listing, title_id), "en")


def _name_of(listing: Listing, title_id: str) -> str:
    return listing.catalogue.faces[listing.catalogue.position[title_id]].name


def _name(face: Face) -> str:
    return face.name


def explain(listing: Listing, rows: Sequence[Row]) -> None:
    """Print the reason of the first titles of the first row."""
    for placed in rows[0].items[:3]:
        why = reason(placed.evidence, lambda title_id: _name_of(listing, title_id), "en")
        console.print(f"   {_name(listing.catalogue.faces[placed.position])}: [italic]{why}[/]")


def tell(services: Services) -> None:
    """Tell the story with a profile that exists only for it."""
    profile_id = f"tour/{random_id()}"
    pseudonym = services.privacy.pseudonym(profile_id, scope="tour")
    title = services.catalog.names().resolve(SEED)
    try:
        console.print(Panel("1. A newcomer's home: nothing is known, so nothing is pretended."))
        home = services.recommender.home(pseudonym, Rules())
        before = show(home, set())
        console.print(Panel(f"2. One event: five stars for {title.name} ({title.year})."))
        rated = Event(
            "cinoche:tour",
            random_id(),
            types.TITLE_RATED,
            pseudonym,
            time.time(),
            {"title_id": title.title_id, "rating": 5.0},
        )
        started = time.perf_counter()
        done = services.log.append([rated]).result()
        acknowledged = time.perf_counter()
        after = services.recommender.home(pseudonym, Rules())
        answered = time.perf_counter()
        console.print(
            f"   durable at offset {done.offset} after {1000 * (acknowledged - started):.1f} ms; "
            f"the home that includes it took {1000 * (answered - acknowledged):.1f} ms more (as of {after.offset})"
        )
        console.print(Panel("3. The home after, in the very next answer; [bold yellow]new on the page[/]."))
        show(after, before)
        console.print(Panel("4. Why?"))
        explain(after, after.rows)
    finally:
        erased = services.privacy.erase(Subject(profile_id=profile_id, pseudonym=pseudonym))
        services.recommender.forget(pseudonym)
        console.print(f"\nThe tour's profile is erased: {sum(erased.values())} records gone.")


def main() -> int:
    """Open the services on the demo's data folder and tell the story."""
    with open_services(read_settings()) as services:
        tell(services)
    return 0


if __name__ == "__main__":
    sys.exit(main())
