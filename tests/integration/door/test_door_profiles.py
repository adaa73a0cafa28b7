from concurrent.futures import ThreadPoolExecutor

V1 = "/api/v1"


def test_profiles_are_listed_added_changed_and_deleted(ada, house, refused):
    [first] = ada.get(f"{V1}/profiles").json()["items"]
    child = ada.post(f"{V1}/profiles", json={"name": "Noé", "is_kids": True, "language": "fr"})
    assert child.status_code == 201
    assert child.json()["max_age"] == 10
    url = f"{V1}/profiles/{child.json()['profile_id']}"
    assert ada.patch(url, json={"max_age": 7, "name": None}).json()["max_age"] == 7
    assert ada.patch(url, json={}).json() == ada.get(url).json()
    assert ada.get(f"{V1}/profiles").json() == {"items": [first, ada.get(url).json()], "next": None}
    assert ada.delete(url).status_code == 204
    account_id = ada.get(f"{V1}/me").json()["account"]["account_id"]
    assert house.erased == [(account_id, child.json()["profile_id"])]
    refused(ada.delete(url), 404)
    refused(ada.delete(f"{V1}/profiles/{first['profile_id']}"), 409)


def test_an_erasure_that_breaks_can_be_asked_for_again(house, refused):
    def broken(*_):
        raise OSError("disk full, said ada@example.org")

    client = house.sign_in(erase_profile=broken)
    url = f"{V1}/profiles/{client.post(f'{V1}/profiles', json={'name': 'Bob'}).json()['profile_id']}"
    body = refused(client.delete(url), 500)
    assert "disk" not in str(body)
    refused(client.get(url), 404)
    assert house.sign_in().delete(url).status_code == 204
    assert len(house.erased) == 1


def test_five_profiles_and_no_more_however_many_ask_at_once(house, ada):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: ada.post(f"{V1}/profiles", json={"name": f"P{i}"}), range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] * 4 + [409] * 6
    assert len(ada.get(f"{V1}/profiles").json()["items"]) == 5


def test_another_accounts_profile_is_not_there(house, ada, refused):
    bob = house.sign_in("bob@example.org")
    [profile] = bob.get(f"{V1}/profiles").json()["items"]
    url = f"{V1}/profiles/{profile['profile_id']}"
    for answer in (ada.get(url), ada.patch(url, json={"name": "x"}), ada.delete(url)):
        assert refused(answer, 404)["where"] == "profile_id"
    assert house.erased == []
    assert bob.get(url).json() == profile
