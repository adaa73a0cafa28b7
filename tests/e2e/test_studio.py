"""What operators do in the Studio: send a film until it plays, put facts right, see what is watched."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.benchmarks.serving import V1
from tests.e2e.browsing import DEMO_PASSWORD, OPERATOR, Visitor, settle, violations
from tests.e2e.houses import READY_WITHIN_S, House, add_media, film_to_play

Visit = Callable[..., Visitor]
MOSTLY_SENT = "() => Number(document.querySelector('[role=progressbar]').ariaValueNow) >= 60"
SENT_FILM = "Invented Film 12"
RESUMED_FILM = "Invented Film 14"
EDITED_FILM = "Invented Film 16"
DROPPED_FILM = "Invented Film 22"
REMOVED_FILM = "Invented Film 24"
UP_BYTES_S = 500_000
NO_SHIFT = 0.001
WATCH_SHIFTS = """() => {
    window.shifted = 0;
    const add = list => list.getEntries().forEach(each => (window.shifted += each.value));
    new PerformanceObserver(add).observe({type: 'layout-shift', buffered: true});
}"""


@pytest.fixture
def operator(visitor: Visitor, house: House) -> Visitor:
    """An operator, signed in."""
    visitor.enter(OPERATOR, DEMO_PASSWORD)
    return visitor


@pytest.fixture(scope="session")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short film that lies on the operator's own disk."""
    return film_to_play(tmp_path_factory.mktemp("reel") / "reel.mp4", seconds=12)


def test_a_film_that_is_sent_becomes_playable_and_plays(operator: Visitor, house: House, reel: Path) -> None:
    page = operator.open(f"/studio/titles?q={house.title_id(SENT_FILM)}")
    page.get_by_role("link", name=f"Add the film: {SENT_FILM}").click()
    page.wait_for_url("**/studio/media**")
    expect(page.get_by_role("combobox", name="Title")).to_have_value(f"{SENT_FILM} (2002)")
    page.get_by_label("File", exact=True).set_input_files(reel)
    page.get_by_role("button", name="Send", exact=True).click()
    on_their_way = page.get_by_role("list", name="On their way")
    expect(on_their_way).to_contain_text("reel.mp4")
    watch = on_their_way.get_by_role("link", name=f"Watch {SENT_FILM}")
    expect(watch).to_be_visible(timeout=READY_WITHIN_S * 1000)
    assert violations(page) == []
    page.get_by_role("button", name=f"Log: {SENT_FILM}").click()
    expect(page.get_by_role("log")).to_contain_text("reel.mp4")
    page.keyboard.press("Escape")
    watch.click()
    page.wait_for_url(f"**/watch/{house.title_id(SENT_FILM)}")
    page.wait_for_function("() => document.querySelector('video')?.currentTime > 3")
    assert house.operator.get(f"{V1}/titles/{house.title_id(SENT_FILM)}")["has_media"]


def test_an_upload_goes_on_after_a_reload(operator: Visitor, house: House, reel: Path) -> None:
    title_id = house.title_id(RESUMED_FILM)
    page = operator.open(f"/studio/media?title={title_id}")
    _slow_uploads(page)
    sent = _bytes_sent(page)
    _send(page, reel)
    expect(page.get_by_role("button", name="Pause reel.mp4")).to_be_visible()
    expect(page.get_by_role("list", name="On their way")).to_contain_text("a second")
    page.wait_for_function(MOSTLY_SENT)
    page.get_by_role("button", name="Pause reel.mp4").click()
    expect(page.get_by_role("list", name="On their way")).to_contain_text("paused")
    page.reload()
    begun = page.get_by_role("list", name="Begun earlier")
    expect(begun).to_contain_text(f"“reel.mp4” ({_megabytes(reel)} MB) for {RESUMED_FILM}")
    sent.clear()
    _send(page, reel)
    expect(page.get_by_role("list", name="On their way").get_by_role("progressbar")).to_have_accessible_name(
        f"Progress of {RESUMED_FILM}", timeout=60_000
    )
    assert sent[0] > 0, "the upload began anew"


def test_a_film_that_is_dropped_on_the_page_is_sent(
    operator: Visitor, house: House, reel: Path, tmp_path: Path
) -> None:
    page = operator.open(f"/studio/media?title={house.title_id(DROPPED_FILM)}")
    expect(page.get_by_role("combobox", name="Title")).to_have_value(f"{DROPPED_FILM} (2012)")
    _drop(page, tmp_path)
    expect(page.get_by_text("This is a folder. Open it and take the film out of it.")).to_be_visible()
    _drop(page, reel, reel)
    expect(page.get_by_text("One file at a time, please.")).to_be_visible()
    _drop(page, reel)
    expect(page.get_by_role("region", name="Add a film")).to_contain_text(f"reel.mp4 {_megabytes(reel)} MB")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("list", name="On their way")).to_contain_text("reel.mp4")
    job = page.get_by_role("list", name="Work on films").get_by_role("listitem").filter(has_text=DROPPED_FILM)
    job.get_by_role("button", name=f"Stop: {DROPPED_FILM}").click()
    expect(job).to_contain_text("Stopped")


def test_a_film_that_is_removed_is_not_available_any_more(operator: Visitor, house: House, tmp_path: Path) -> None:
    title_id = house.title_id(REMOVED_FILM)
    add_media(house, title_id, film_to_play(tmp_path / "short.mp4", seconds=2))
    page = operator.open(f"/titles/{title_id}")
    expect(page.get_by_role("main").get_by_role("link", name=re.compile("^Play"))).to_be_visible()
    operator.open("/studio/media")
    playable = page.get_by_role("region", name="What can be played")
    playable.get_by_role("button", name=f"Remove the film: {REMOVED_FILM}").click()
    sure = page.get_by_role("dialog", name=f"Remove the film of {REMOVED_FILM}?")
    assert violations(page) == []
    sure.get_by_role("button", name="Keep it").click()
    expect(playable.get_by_role("row").filter(has_text=REMOVED_FILM)).to_have_count(1)
    playable.get_by_role("button", name=f"Remove the film: {REMOVED_FILM}").click()
    sure.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("status").filter(has_text=f"The film of {REMOVED_FILM} is removed")).to_be_visible()
    expect(playable.get_by_role("row").filter(has_text=REMOVED_FILM)).to_have_count(0)
    operator.open(f"/titles/{title_id}")
    expect(page.get_by_text("Not available here", exact=True)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name=re.compile("^Play"))).to_have_count(0)
    page.goto(f"/watch/{title_id}")
    expect(page.get_by_role("heading", name="This film is not available here")).to_be_visible()


def test_nothing_on_the_media_page_moves_when_the_jobs_come_late(operator: Visitor) -> None:
    page = operator.page
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/studio/jobs", hold)
    page.goto("/studio/media")
    expect(page.get_by_role("heading", level=1, name="Media")).to_be_visible()
    page.evaluate(WATCH_SHIFTS)
    expect(page.get_by_text("One moment more.").first).to_be_visible()
    for route in late:
        route.continue_()
    page.unroute("**/studio/jobs")
    expect(page.get_by_role("heading", name="Work on films")).to_be_visible()
    settle(page)
    assert page.evaluate("() => window.shifted") < NO_SHIFT


@pytest.mark.parametrize(
    ("name", "kind", "content", "said"),
    [
        ("notes.txt", "text/plain", b"words", "does not look like a film"),
        ("film.mp4", "video/mp4", b"", "This file is empty"),
    ],
)
def test_what_is_no_film_is_refused_before_it_is_sent(
    operator: Visitor, name: str, kind: str, content: bytes, said: str
) -> None:
    page = operator.open("/studio/media")
    page.get_by_label("File", exact=True).set_input_files({"name": name, "mimeType": kind, "buffer": content})
    expect(page.get_by_text(said)).to_be_visible()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Choose the title that this film is.")).to_be_visible()
    expect(page.get_by_role("list", name="On their way")).to_have_count(0)
    assert violations(page) == []


def test_a_file_that_only_looks_like_a_film_says_what_is_wrong_with_it(operator: Visitor, house: House) -> None:
    title_id = house.title_id("Invented Film 18")
    page = operator.open(f"/studio/media?title={title_id}")
    fake = {"name": "fake.mp4", "mimeType": "video/mp4", "buffer": b"this is a letter, not a film" * 100}
    page.get_by_label("File", exact=True).set_input_files(fake)
    page.get_by_role("button", name="Send", exact=True).click()
    jobs = page.get_by_role("list", name="Work on films")
    failed = jobs.get_by_role("listitem").filter(has_text="Invented Film 18")
    expect(failed).to_contain_text("What went wrong", timeout=60_000)
    expect(failed).to_contain_text("What helps")
    expect(failed.get_by_role("button", name="Try again: Invented Film 18")).to_be_visible()
    expect(page.get_by_role("link", name="Media")).to_contain_text("1 film could not be made playable")
    assert violations(page) == []


def test_a_title_is_put_right_and_the_change_undone(operator: Visitor, house: House) -> None:
    page = operator.open(f"/studio/titles?q={house.title_id(EDITED_FILM)}")
    page.get_by_role("button", name=EDITED_FILM).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("textbox", name="Year").fill("1066")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_role("textbox", name="Year")).to_have_accessible_description(
        "A year from 1870 to 2200, or nothing."
    )
    expect(sheet.get_by_role("textbox", name="Year")).to_be_focused()
    assert violations(page) == []
    sheet.get_by_role("textbox", name="Year").fill("1957")
    sheet.get_by_role("textbox", name="Directed by").fill("Agnès Varda\nJacques Demy")
    sheet.get_by_role("button", name="Drama").or_(sheet.get_by_role("button", name="Crime")).first.click()
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).to_have_count(0)
    row = page.get_by_role("row").filter(has_text=EDITED_FILM)
    expect(row).to_contain_text("1957")
    assert _written(house)["directors"] == ["Agnès Varda", "Jacques Demy"]
    with page.expect_response(lambda each: each.request.method == "PATCH"):
        page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("2006")
    assert _written(house)["directors"] == []


def test_a_title_that_is_added_is_found(operator: Visitor) -> None:
    page = operator.open("/studio/titles")
    page.get_by_role("button", name="Add a title").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="Add to the catalogue").click()
    expect(sheet.get_by_role("textbox", name="Name")).to_have_accessible_description("Give it a name.")
    sheet.get_by_role("textbox", name="Name").fill("Le Bonheur des tests")
    sheet.get_by_role("textbox", name="Year").fill("1965")
    sheet.get_by_role("button", name="Add to the catalogue").click()
    expect(sheet).to_have_count(0)
    page.get_by_role("searchbox", name="Name").fill("bonheur des")
    expect(page.get_by_role("button", name="Le Bonheur des tests")).to_be_visible()
    expect(page.get_by_text("1 title", exact=True)).to_be_visible()


def test_what_is_watched_is_told_drawn_and_exported(operator: Visitor, house: House) -> None:
    _watch(house, house.title_id("Invented Film 20"))
    page = operator.open("/studio")
    expect(page.get_by_role("main")).to_contain_text("Invented Film 20")
    chart = page.get_by_role("slider")
    chart.focus()
    page.keyboard.press("End")
    expect(chart).to_have_attribute("aria-valuenow", "28")
    page.get_by_role("button", name="7 days").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The last 7 days")
    assert "days=7" in page.url
    page.get_by_role("button", name="Show as a table").click()
    expect(page.get_by_role("table").first.get_by_role("row")).to_have_count(8)
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert [each["name"] for each in rows if each["section"] == "title" and each["name"] == "Invented Film 20"]
    assert len([each for each in rows if each["section"] == "day"]) == 7


@pytest.mark.parametrize(("address", "heading"), [("/studio/health", "Health"), ("/studio/experiments", "Experiments")])
def test_health_and_experiments_can_be_read_by_everybody(operator: Visitor, address: str, heading: str) -> None:
    page = operator.open(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    page.wait_for_selector(".studio-body")
    assert violations(page) == []


def test_who_is_no_operator_is_told_so(visitor: Visitor, email: str) -> None:
    visitor.enter(email)
    page = visitor.open("/studio/media")
    expect(page.get_by_role("heading", level=1)).to_have_text("This is for operators")
    assert violations(page) == []


@pytest.mark.parametrize(
    "address", ["/studio", "/studio/titles", "/studio/media", "/studio/health", "/studio/experiments"]
)
def test_the_studio_speaks_french(visit: Visit, address: str) -> None:
    visitor = visit(locale="fr-FR")
    visitor.sign_in_quietly(OPERATOR, DEMO_PASSWORD)
    page = visitor.open(address)
    expect(page.get_by_role("navigation", name="Studio")).to_contain_text("Médias")
    expect(page.locator("html")).to_have_attribute("lang", "fr")


def _send(page: Page, film: Path) -> None:
    expect(page.get_by_role("combobox", name="Title")).not_to_have_value("")
    page.get_by_label("File", exact=True).set_input_files(film)
    page.get_by_role("button", name="Send", exact=True).click()


def _drop(page: Page, *files: Path) -> None:
    """Drop what lies on this machine's disk where films are dropped, as the browser's window would."""
    sent_here = page.get_by_role("region", name="Add a film")
    place = sent_here.get_by_text("Drop a film here").or_(sent_here.get_by_text("reel.mp4"))
    place.hover()  # which waits until it stands still
    box = place.bounding_box()
    assert box is not None
    data = {"items": [], "files": [str(each) for each in files], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        where = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchDragEvent", {"type": step, "data": data, **where})


def _slow_uploads(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": UP_BYTES_S}
    session.send("Network.emulateNetworkConditions", conditions)


def _bytes_sent(page: Page) -> list[int]:
    """Where each piece of an upload begins, as the pages send them."""
    begins: list[int] = []
    page.on(
        "request",
        lambda each: begins.append(int(each.headers.get("upload-offset", 0))) if each.method == "PATCH" else None,
    )
    return begins


def _megabytes(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f}".removesuffix(".0")


def _written(house: House) -> dict[str, object]:
    """What the server has of the title that is edited."""
    found = house.operator.get(f"{V1}/studio/titles?q={house.title_id(EDITED_FILM)}")["items"]
    return dict(found[0])


def _watch(house: House, title_id: str) -> None:
    """Tell the log that the operator's profile began a title."""
    data = {"profile_id": house.operator.profile_id, "title_id": title_id, "position_s": 0.0, "duration_s": 5400.0}
    house.operator.send({"id": title_id, "source": "tests", "type": "playback.started", "data": data})
