"""What people do on the pages of titles, search, lists, history and the account."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.benchmarks.serving import V1
from tests.e2e.browsing import Visitor, settle, violations
from tests.e2e.houses import House

Visit = Callable[..., Visitor]
SOON_MS = 15_000


def test_stars_show_at_once_stay_and_can_be_taken_back(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{house.title_id('Alien')}")
    stars = page.get_by_role("radiogroup", name="Your stars")
    stars.get_by_role("radio", name="4.5 stars").check()
    expect(stars.get_by_role("radio", name="4.5 stars")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="Stars given to Alien")).to_be_visible()
    page.reload()
    settle(page)
    expect(stars.get_by_role("radio", name="4.5 stars")).to_be_checked()
    page.get_by_role("button", name="Take my stars back").click()
    expect(stars.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(stars.get_by_role("radio", name="4.5 stars")).to_be_checked()


def test_stars_are_given_with_the_keyboard_by_halves(visitor: Visitor, email: str, house: House) -> None:
    me = visitor.enter(email) and visitor.ask("GET", f"{V1}/me")
    title_id = house.title_id("Heat")
    page = visitor.open(f"/titles/{title_id}")
    stars = page.get_by_role("radiogroup", name="Your stars")
    stars.get_by_role("radio", name="3 stars").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(stars.get_by_role("radio", name="3.5 stars")).to_be_checked()
    expect(page.get_by_role("status").filter(has_text="Stars given to Heat")).to_be_visible()
    state = _state(visitor, me["profile_id"], title_id)
    assert state["rating"] == 3.5


def test_a_rating_makes_home_name_that_title(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{house.title_id('Alien')}")
    page.get_by_role("radio", name="5 stars", exact=True).check()
    expect(page.get_by_role("status").filter(has_text="Stars given to Alien")).to_be_visible()
    page.get_by_role("link", name="Home", exact=True).click()
    page.wait_for_url("**/home")
    expect(page.get_by_role("main").get_by_text("Alien").first).to_be_attached(timeout=SOON_MS)


def test_a_title_without_media_says_so_and_offers_no_play(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{house.title_id('Alien')}")
    main = page.get_by_role("main")
    expect(main.get_by_text("Not available here")).to_be_visible()
    expect(main.get_by_role("link", name="Play Alien")).to_have_count(0)


def test_a_review_is_kept_and_removed(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{house.title_id('Heat')}")
    page.get_by_role("button", name="Write a review").click()
    page.get_by_role("textbox", name="What you think of it").fill("Two men, one table.")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Two men, one table.")).to_be_visible()
    page.reload()
    settle(page)
    expect(page.get_by_text("Two men, one table.")).to_be_visible()
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(page.get_by_role("button", name="Write a review")).to_be_visible()


def test_a_search_forgives_a_typo_and_says_what_it_read(visitor: Visitor, email: str) -> None:
    visitor.enter(email)
    page = visitor.open("/search")
    page.get_by_role("searchbox").press_sequentially("matirx")
    expect(page.get_by_text("We read")).to_contain_text("Matrix")
    expect(page.get_by_role("main").get_by_role("heading", level=3)).to_have_text("The Matrix")
    page.wait_for_url("**/search?q=matirx")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/titles/*")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("matirx")


def test_a_search_that_finds_nothing_says_so(visitor: Visitor, email: str) -> None:
    visitor.enter(email)
    page = visitor.open("/search?q=zzqxvw")
    expect(page.get_by_role("heading", name="Nothing by that name.")).to_be_visible()


def test_a_search_that_finds_one_title_goes_on_with_what_is_like_it(visitor: Visitor, email: str) -> None:
    visitor.enter(email)
    page = visitor.open("/search?q=invented+film+31")
    page.route("**/search?*", lambda route: route.fulfill(json=_only_the_first(route.fetch().json())))
    page.reload()
    settle(page)
    expect(page.get_by_role("heading", level=2, name="Found")).to_be_visible()
    alike = page.get_by_role("region", name="Like Invented Film 31")
    expect(alike.get_by_role("listitem").first).to_be_visible()
    assert violations(page) == []


def _only_the_first(found: dict[str, Any]) -> dict[str, Any]:
    return found | {"items": found["items"][:1], "people": [], "genres": []}


def test_a_phone_reaches_genres_and_history_without_a_mouse(visit: Visit, email: str) -> None:
    visitor = visit(viewport={"width": 390, "height": 844})
    page = visitor.enter(email)
    tabs = page.get_by_role("navigation", name="Sections")
    tabs.get_by_role("link", name="Genres").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Genres")).to_be_visible()
    tabs.get_by_role("button", name="More").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="History")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(tabs.get_by_role("button", name="More")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="History")).to_be_visible()


def test_my_list_takes_and_gives_back(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    page = visitor.open(f"/titles/{house.title_id('Heat')}")
    button = page.get_by_role("main").get_by_role("button", name="My list")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status").filter(has_text="Heat is on My list")).to_be_visible()
    page.get_by_role("link", name="My list", exact=True).first.click()
    listed = page.get_by_role("list", name="My list").get_by_role("link", name="Heat", exact=True)
    expect(listed).to_be_visible()
    listed.focus()
    page.get_by_role("button", name="Take Heat off My list").click()
    expect(page.get_by_role("heading", name="Nothing saved yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(listed).to_be_visible()


def test_a_history_lets_one_go_with_a_way_back_and_is_cleared(visitor: Visitor, email: str, house: House) -> None:
    visitor.enter(email)
    profile_id = visitor.ask("GET", f"{V1}/me")["profile_id"]
    ids = [house.title_id(name) for name in ("Heat", "Alien")]
    visitor.ask("POST", f"{V1}/events", {"events": [_played(profile_id, each) for each in ids]})
    page = visitor.open("/history")
    page.get_by_role("button", name="Take Heat out of the history").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Take Heat out of the history")).to_be_visible()
    page.get_by_role("button", name="Take Heat out of the history").click()
    expect(page.get_by_text("Heat is out of the history")).to_be_visible()
    page.get_by_role("link", name="Home", exact=True).click()
    page.wait_for_url("**/home")
    visitor.open("/history")
    expect(page.get_by_role("button", name="Take Alien out of the history")).to_be_visible()
    expect(page.get_by_role("button", name="Take Heat out of the history")).to_have_count(0)
    page.get_by_role("button", name="Clear it all").click()
    page.get_by_role("dialog").get_by_role("button", name="Clear it all").click()
    expect(page.get_by_role("heading", name="Nothing watched yet")).to_be_visible()
    assert visitor.ask("GET", f"{V1}/profiles/{profile_id}/history")["items"] == []


def test_french_and_english_are_a_choice_that_stays(visitor: Visitor, email: str) -> None:
    visitor.enter(email)
    page = visitor.open("/account")
    page.get_by_role("radio", name="Français").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compte")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.reload()
    settle(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Compte")
    page.get_by_role("radio", name="English").check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Account")


def test_a_device_that_is_removed_is_signed_out(visit: Visit, email: str) -> None:
    here, there = visit(), visit()
    here.enter(email)
    there.enter(email)
    page = here.open("/account")
    devices = page.get_by_role("list", name="Devices").get_by_role("listitem")
    others = devices.filter(has_not_text="This one")
    before = others.count()
    assert before > 0
    for _ in range(before):
        left = others.count()
        others.first.get_by_role("button", name="Remove").click()
        expect(others).to_have_count(left - 1)
    there.page.goto("/account")
    there.page.wait_for_url("**/sign-in**")


def test_a_wrong_password_deletes_nothing(visitor: Visitor, email: str) -> None:
    visitor.enter(email)
    page = visitor.open("/account")
    page.get_by_role("button", name="Delete the account").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Your password").fill("not the right one")
    dialog.get_by_role("button", name="Delete the account").click()
    expect(dialog.get_by_text("This is not the account’s password.")).to_be_visible()
    assert visitor.ask("GET", f"{V1}/me")["account"]["email"] == email


def _state(visitor: Visitor, profile_id: str, title_id: str) -> Any:
    return visitor.ask("GET", f"{V1}/profiles/{profile_id}/titles/{title_id}")


def _played(profile_id: str, title_id: str) -> dict[str, Any]:
    return {
        "id": f"played-{title_id}-{profile_id}",
        "source": "test",
        "type": "playback.progressed",
        "time": "2026-11-20T20:00:00.000Z",
        "data": {"profile_id": profile_id, "title_id": title_id, "position_s": 600, "duration_s": 6000},
    }
