import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.accounts.devices import BROWSERS, SYSTEMS, label_of, unnamed

MOZILLA = "Mozilla/5.0"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "label"),
    [
        (f"{MOZILLA} (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/140.0 Safari/537.36 OPR/120", "Opera on Windows"),
        (f"{MOZILLA} (Linux; Android 10; K) {WEBKIT} Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{MOZILLA} (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/140.0 Safari/537.36", "Chrome on ChromeOS"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/18.0 Safari/605.1.15", "Safari on macOS"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) {WEBKIT} CriOS/140 Safari/604.1", "Chrome on iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 18_0 like Mac OS X) {WEBKIT} Version/18.0 Safari/604.1", "Safari on iPad"),
        (f"{MOZILLA} (Linux; Tizen 8.0) {WEBKIT} SamsungBrowser/5.0 Chrome/108 Safari/537.36", "Samsung Internet on"),
        (f"{MOZILLA} (Haiku)", "A browser"),
        (f"{MOZILLA} (Linux)", "A browser on Linux"),
        (f"{MOZILLA} Firefox/1", "Firefox"),
        ("curl/8.5.0", "An app"),
        ("Cinoche/4 (Windows)", "An app"),
        ("", "An app"),
    ],
)
def test_a_device_is_called_after_the_families_of_its_browser_and_system(said, label):
    assert label_of(said, "en").startswith(label)


def test_a_device_is_named_in_the_accounts_language():
    assert label_of(f"{MOZILLA} (X11; Linux) Firefox/140.0", "fr") == "Firefox sur Linux"
    assert label_of("curl/8.5.0", "fr") == "Une application"
    assert (unnamed("fr"), unnamed("en")) == ("Un navigateur", "A browser")


FAMILIES = {name for _, name in (*BROWSERS, *SYSTEMS)}


@given(st.text().map(lambda text: f"{MOZILLA} {text}") | st.text())
def test_nothing_of_what_a_browser_says_is_kept_but_the_families(said):
    label = label_of(said, "en")
    assert len(label) <= 40
    words = label.split(" on ") if label not in {"A browser", "An app"} else []
    assert set(words) <= FAMILIES | {"A browser"}
