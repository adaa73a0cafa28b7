"""Coming in: an account opened, films picked, a profile chosen, a language, and no mouse."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.benchmarks.serving import PASSWORD, V1
from tests.e2e.browsing import DEMO_PASSWORD, Visitor
from tests.e2e.steps import arrive_home, shown, tab_to, wait_played

Visit = Callable[..., Visitor]
DEMO = "demo@cinoche.example"


def test_after_signing_up_and_picking_films_the_next_page_names_them(visitor: Visitor) -> None:
    page = visitor.open("/sign-up")
    page.get_by_label("What should we call you?").fill("Ada")
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Open an account", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="Ada, what do you like?")).to_be_visible()
    picks = page.get_by_role("list", name="Films to choose from").get_by_role("button")
    picked = [picks.nth(at).locator(".pick-name").inner_text().split(",")[0].strip() for at in range(3)]
    for at in range(3):
        picks.nth(at).click()
        expect(picks.nth(at)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="To my programme").click()
    arrive_home(page)
    said = page.get_by_role("main").inner_text()
    assert any(name in said for name in picked), f"none of {picked} is a reason on the first page:\n{said}"
    assert len(shown(page)) > 10


def test_a_sign_up_says_what_is_wrong_beside_each_field(visitor: Visitor) -> None:
    page = visitor.open("/sign-up")
    page.get_by_label("What should we call you?").fill("Ada")
    page.get_by_label("Email").fill("nobody")
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_role("button", name="Open an account", exact=True).click()
    email = page.get_by_label("Email")
    expect(email).to_be_focused()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description("Write an email address such as name@example.org.")
    expect(page.get_by_label("Password", exact=True)).to_have_accessible_description(
        re.compile("Write at least 10 characters.")
    )


def test_each_profile_of_an_account_can_be_picked(visitor: Visitor, email: str) -> None:
    visitor.sign_in_quietly(email)
    visitor.ask("POST", f"{V1}/profiles", {"name": "Grace", "avatar": "otter"})
    page = visitor.open("/profiles")
    expect(page.get_by_role("list", name="Profiles").get_by_role("button")).to_have_count(2)
    visitor.choose("Grace")
    expect(page.get_by_role("button", name="Grace: profile and account")).to_be_visible()


def test_a_profile_with_a_pin_opens_to_its_four_digits_only(visitor: Visitor, email: str) -> None:
    [profile] = visitor.sign_in_quietly(email)
    visitor.ask("PUT", f"{V1}/profiles/{profile['profile_id']}/pin", {"pin": "2468", "password": PASSWORD})
    page = visitor.open("/profiles")
    button = page.get_by_role("list", name="Profiles").get_by_role("button")
    button.click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("PIN", exact=True)
    expect(field).to_be_focused()
    for wrong, said in (("12", "A PIN has four digits."), ("1357", "That is not the PIN. Try again.")):
        field.fill(wrong)
        field.press("Enter")
        expect(dialog.get_by_text(said)).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    button.click()
    field.fill("2468")
    field.press("Enter")
    arrive_home(page)


def test_a_page_that_asks_for_an_account_opens_once_there_is_one(visitor: Visitor, email: str) -> None:
    page = visitor.page
    page.goto("/my-list")
    page.wait_for_url("**/sign-in?next=*")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("list", name="Profiles").get_by_role("button").first.click()
    page.wait_for_url("**/my-list")
    expect(page.get_by_role("heading", level=1, name="My list")).to_be_visible()


def test_the_language_of_a_browser_gives_way_to_the_one_that_is_chosen(visit: Visit, email: str) -> None:
    visitor = visit(locale="fr-CA")
    page = visitor.open("/sign-in")
    expect(page.get_by_role("button", name="Se connecter", exact=True)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    visitor.open("/sign-in")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_home_speaks_french_to_a_profile_that_does_and_english_once_it_changes(visit: Visit, email: str) -> None:
    visitor = visit(locale="fr-FR")
    [profile] = visitor.sign_in_quietly(email)
    profile_id = profile["profile_id"]
    visitor.ask("PATCH", f"{V1}/profiles/{profile_id}", {"language": "fr"})
    visitor.ask("PUT", f"{V1}/sessions/current/profile", {"profile_id": profile_id})
    page = visitor.open("/home")
    expect(page.get_by_role("link", name="Accueil", exact=True).first).to_be_visible()
    french = page.get_by_role("heading", level=2).all_inner_texts()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Home", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).not_to_have_text(french[0])
    assert visitor.ask("GET", f"{V1}/me")["profiles"][0]["language"] == "en"


def test_a_profile_that_chose_no_language_speaks_the_browsers_even_after_one_that_did(visit: Visit) -> None:
    visitor = visit(locale="en-GB")
    html = visitor.page.locator("html")
    visitor.sign_in_quietly(DEMO, DEMO_PASSWORD)
    for profile, language in (("Camille", "en"), ("Inès", "fr"), ("Camille", "en")):
        page = visitor.open("/profiles")
        page.get_by_role("main").get_by_role("button", name=profile, exact=True).click()
        arrive_home(page)
        expect(html).to_have_attribute("lang", language)
        visitor.open("/home")
        expect(html).to_have_attribute("lang", language)


def test_the_demo_speaks_french_to_a_french_browser(visit: Visit) -> None:
    page = visit(locale="fr-FR").enter(DEMO, DEMO_PASSWORD, profile="Camille")
    expect(page.get_by_role("link", name="Accueil", exact=True).first).to_be_visible()


def test_no_mouse_is_needed_from_the_front_page_to_a_film_that_plays(visitor: Visitor, email: str, film: str) -> None:
    page = visitor.open("/")
    tab_to(page, "Sign in")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-in")
    tab_to(page, "Email")
    page.keyboard.type(email)
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="Who's watching?")).to_be_visible()
    profile = page.get_by_role("list", name="Profiles").get_by_role("button").first
    tab_to(page, profile.inner_text().strip())
    page.keyboard.press("Enter")
    arrive_home(page)
    tab_to(page, "A film, a name, a word")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("heat")
    expect(page.get_by_role("main").get_by_role("link", name="Play Heat", exact=True)).to_be_visible()
    tab_to(page, "Play Heat")
    page.keyboard.press("Enter")
    wait_played(page, 3)
