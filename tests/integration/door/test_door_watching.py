import pytest

PASSWORD = "a long sentence"
V1 = "/api/v1"
CHOICE = f"{V1}/sessions/current/profile"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PREFERENCES = {
    "autoplay": False,
    "quality_cap": 720,
    "audio_language": "fr",
    "caption_language": "pt-BR",
    "caption_size": "huge",
    "caption_ground": "solid",
    "caption_ink": "lamp",
    "shortcuts": False,
}


def profile_url(profile):
    return f"{V1}/profiles/{profile['profile_id']}"


def choose(client, profile, pin=None):
    return client.put(CHOICE, json={"profile_id": profile["profile_id"], "pin": pin})


@pytest.fixture
def adult(ada):
    [profile] = ada.get(f"{V1}/profiles").json()["items"]
    return profile


@pytest.fixture
def child(ada):
    return ada.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True}).json()


@pytest.fixture
def teen(ada):
    return ada.post(f"{V1}/profiles", json={"name": "Zoé", "max_age": 13}).json()


def lock(client, profile, pin="2468"):
    answer = client.put(f"{profile_url(profile)}/pin", json={"pin": pin, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_choosing_who_watches_is_told_by_me_on_this_session_only(house, ada, adult, child):
    assert ada.get(f"{V1}/me").json()["profile_id"] is None
    chosen = choose(ada, child)
    assert chosen.status_code == 200
    assert chosen.json() == ada.get(f"{V1}/me").json()
    assert chosen.json()["profile_id"] == child["profile_id"]
    assert house.sign_in().get(f"{V1}/me").json()["profile_id"] is None
    assert ada.delete(CHOICE).status_code == 204
    assert ada.get(f"{V1}/me").json()["profile_id"] is None


def test_the_profile_of_another_account_cannot_be_chosen(house, ada, child, refused):
    bob = house.sign_in("bob@example.org")
    assert refused(choose(bob, child), 404)["where"] == "profile_id"
    refused(bob.put(f"{profile_url(child)}/pin", json={"pin": "1234", "password": PASSWORD}), 404)
    assert bob.get(f"{V1}/me").json()["profile_id"] is None


def test_a_pin_is_asked_for_and_wrong_ones_are_limited_until_a_new_one_is_set(house, ada, adult, refused):
    assert lock(ada, adult)["has_pin"] is True
    assert [item["has_pin"] for item in ada.get(f"{V1}/profiles").json()["items"]] == [True]
    assert refused(choose(ada, adult), 403)["where"] == "pin"
    for number in range(5):
        body = refused(choose(ada, adult, f"000{number}"), 403)
        assert (body["where"], "000" in body["detail"]) == ("pin", False)
    limited = choose(house.sign_in(), adult, "2468")
    assert refused(limited, 429)["where"] == "pin"
    assert 0 < int(limited.headers["retry-after"]) <= 900
    lock(ada, adult, "1357")
    assert choose(ada, adult, "1357").status_code == 200
    assert lock(ada, adult, None)["has_pin"] is False
    assert choose(house.sign_in(), adult).status_code == 200


def test_a_pin_is_set_with_the_password_only(ada, adult, refused):
    url = f"{profile_url(adult)}/pin"
    for _ in range(3):
        body = refused(ada.put(url, json={"pin": "1234", "password": "a wrong sentence"}), 403)
        assert body["where"] == "password"
    refused(ada.put(url, json={"pin": "1234", "password": PASSWORD}), 429)
    for pin in ("123", "12345", "abcd", 1234, "١٢٣٤", "1234\n"):
        refused(ada.put(url, json={"pin": pin, "password": PASSWORD}), 422)
    refused(ada.put(url, json={"password": PASSWORD}), 422)
    assert ada.get(profile_url(adult)).json()["has_pin"] is False


def test_a_profile_with_a_pin_is_changed_by_who_has_chosen_it(ada, adult, child, refused):
    lock(ada, adult)
    for answer in (
        ada.patch(profile_url(adult), json={"name": "x"}),
        ada.delete(profile_url(adult)),
        ada.post(f"{V1}/profiles", json={"name": "x"}),
    ):
        assert "profile" in refused(answer, 403)["remedy"]
    choose(ada, adult, "2468")
    assert ada.patch(profile_url(adult), json={"name": "Ada L."}).json()["name"] == "Ada L."
    assert ada.patch(profile_url(child), json={"max_age": 8}).json()["max_age"] == 8
    assert ada.delete(profile_url(child)).status_code == 204


def test_where_a_child_watches_nothing_about_the_account_can_be_changed(house, ada, adult, child, refused):
    other = house.sign_in().get(f"{V1}/devices").json()["items"][0]["session_id"]
    choose(ada, child)
    tries = [
        ada.post(f"{V1}/profiles", json={"name": "Big"}),
        ada.patch(profile_url(child), json={"max_age": None}),
        ada.patch(profile_url(child), json={"is_kids": False}),
        ada.patch(profile_url(child), json={"name": "Big"}),
        ada.patch(profile_url(adult), json={"name": "Big"}),
        ada.delete(profile_url(adult)),
        ada.delete(profile_url(child)),
        ada.put(f"{profile_url(adult)}/pin", json={"pin": "1234", "password": PASSWORD}),
        ada.put(f"{V1}/me/password", json={"current_password": PASSWORD, "new_password": "another sentence"}),
        ada.post(f"{V1}/me/deletion", json={"password": PASSWORD}),
        ada.patch(f"{V1}/devices/{other}", json={"label": "Mine"}),
        ada.delete(f"{V1}/devices/{other}"),
        ada.delete(f"{V1}/sessions"),
    ]
    for answer in tries:
        assert "sessions/current/profile" in refused(answer, 403)["remedy"]
    assert house.erased == []
    assert ada.patch(profile_url(child), json={"preferences": {"caption_size": "huge"}}).status_code == 200
    ada.delete(CHOICE)
    assert ada.get(profile_url(child)).json() == child | {
        "preferences": child["preferences"] | {"caption_size": "huge"}
    }


def test_a_limited_profile_cannot_lift_its_own_limit_nor_make_one_without(ada, adult, teen, refused):
    choose(ada, teen)
    for body in ({"max_age": None}, {"max_age": 18}, {"is_kids": True}):
        refused(ada.patch(profile_url(teen), json=body), 403)
    refused(ada.post(f"{V1}/profiles", json={"name": "Big"}), 403)
    refused(ada.delete(profile_url(adult)), 403)
    assert ada.patch(profile_url(teen), json={"name": "Zoé B."}).status_code == 200
    choose(ada, adult)
    assert ada.patch(profile_url(teen), json={"max_age": None}).json()["max_age"] is None


def test_who_leaves_a_limited_profile_gains_nothing_where_the_others_have_a_pin(ada, adult, teen, refused):
    lock(ada, adult)
    choose(ada, teen)
    ada.delete(CHOICE)
    refused(ada.patch(profile_url(teen), json={"max_age": None}), 403)
    refused(ada.post(f"{V1}/profiles", json={"name": "Big"}), 403)
    refused(ada.delete(profile_url(teen)), 403)


def test_preferences_come_back_as_they_were_sent_and_are_replaced_whole(ada, adult):
    assert ada.patch(profile_url(adult), json={"preferences": PREFERENCES}).json()["preferences"] == PREFERENCES
    assert ada.get(f"{V1}/me").json()["profiles"][0]["preferences"] == PREFERENCES
    ada.patch(profile_url(adult), json={"name": "Ada", "preferences": None})
    assert ada.get(profile_url(adult)).json()["preferences"] == PREFERENCES
    ada.patch(profile_url(adult), json={"preferences": {"quality_cap": 480}})
    assert ada.get(profile_url(adult)).json()["preferences"] == adult["preferences"] | {"quality_cap": 480}
    added = ada.post(f"{V1}/profiles", json={"name": "Bob", "preferences": PREFERENCES})
    assert added.json()["preferences"] == PREFERENCES


@pytest.mark.parametrize(
    "wrong",
    [
        {"autoplay": "yes"}, {"quality_cap": 100}, {"quality_cap": 9_000}, {"quality_cap": "720"}, {"hologram": True},
        {"audio_language": "French, please"}, {"caption_size": "gigantic"}, {"caption_ink": None}, [],
    ],
)  # fmt: skip
def test_preferences_that_are_none_are_refused(ada, adult, refused, wrong):
    body = refused(ada.patch(profile_url(adult), json={"preferences": wrong}), 422)
    assert body["where"].startswith("body.preferences")
    assert ada.get(profile_url(adult)).json() == adult


def test_devices_are_listed_with_what_the_browser_is_and_never_where(house, ada):
    browser = house.client()
    browser.headers["User-Agent"] = FIREFOX
    browser.post(f"{V1}/sessions", json={"email": "ada@example.org", "password": PASSWORD})
    mine, other = browser.get(f"{V1}/devices").json()["items"]
    assert (mine["label"], mine["is_current"], other["is_current"]) == ("Firefox on Linux", True, False)
    assert mine.keys() == {"session_id", "label", "created_at", "last_used_at", "is_current"}
    url = f"{V1}/devices/{mine['session_id']}"
    assert ada.patch(url, json={"label": " The  kitchen "}).json() == mine | {
        "label": "The kitchen",
        "is_current": False,
    }


def test_a_device_that_is_removed_is_refused_at_once(house, ada, refused):
    tablet = house.sign_in()
    [session_id] = [d["session_id"] for d in tablet.get(f"{V1}/devices").json()["items"] if d["is_current"]]
    assert tablet.get(f"{V1}/me").status_code == 200
    assert ada.delete(f"{V1}/devices/{session_id}").status_code == 204
    refused(tablet.get(f"{V1}/me"), 401)
    assert refused(ada.delete(f"{V1}/devices/{session_id}"), 404)["where"] == "session_id"
    assert len(ada.get(f"{V1}/devices").json()["items"]) == 1


def test_the_devices_of_another_account_are_not_there(house, ada, refused):
    [mine] = ada.get(f"{V1}/devices").json()["items"]
    bob = house.sign_in("bob@example.org")
    url = f"{V1}/devices/{mine['session_id']}"
    refused(bob.delete(url), 404)
    refused(bob.patch(url, json={"label": "Mine"}), 404)
    assert ada.get(f"{V1}/devices").json()["items"] == [mine]


def test_an_account_is_deleted_with_its_password_only_and_ends_everywhere(house, ada, refused):
    tablet = house.sign_in()
    assert refused(ada.post(f"{V1}/me/deletion", json={"password": "a wrong sentence"}), 403)["where"] == "password"
    assert ada.get(f"{V1}/me").status_code == 200
    assert ada.post(f"{V1}/me/deletion", json={"password": PASSWORD}).status_code == 204
    for client in (ada, tablet):
        refused(client.get(f"{V1}/me"), 401)
    credentials = {"email": "ada@example.org", "password": PASSWORD}
    refused(house.client().post(f"{V1}/sessions", json=credentials), 401)
    assert house.client().post(f"{V1}/accounts", json=credentials).status_code == 201


def test_a_cookie_alone_chooses_nobody_and_deletes_nothing(house, ada, adult, refused):
    browser = house.client()
    browser.post(f"{V1}/sessions", json={"email": "ada@example.org", "password": PASSWORD})
    [device] = [d for d in browser.get(f"{V1}/devices").json()["items"] if d["is_current"]]
    for answer in (
        choose(browser, adult),
        browser.delete(CHOICE),
        browser.delete(f"{V1}/devices/{device['session_id']}"),
        browser.post(f"{V1}/me/deletion", json={"password": PASSWORD}),
    ):
        assert refused(answer, 403)["where"] == "X-CSRF-Token"
