from concurrent.futures import ThreadPoolExecutor

PASSWORD = "a long sentence"
CREDENTIALS = {"email": "ada@example.org", "password": PASSWORD}
V1 = "/api/v1"


def test_signing_in_tells_who_came_and_gives_cookies_that_scripts_cannot_read(client):
    client.post(f"{V1}/accounts", json=CREDENTIALS)
    answer = client.post(f"{V1}/sessions", json=CREDENTIALS)
    assert answer.status_code == 201
    body = answer.json()
    assert body.keys() == {"token", "csrf_token", "expires_at", "account", "profiles"}
    assert body["profiles"][0].keys() >= {"profile_id", "name", "avatar", "language", "is_kids", "max_age"}
    session, csrf = answer.headers.get_list("set-cookie")
    assert session.startswith(f"cinoche_session={body['token']};")
    assert csrf.startswith(f"cinoche_csrf={body['csrf_token']};")
    for cookie in (session, csrf):
        assert "Path=/" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie
    assert "HttpOnly" in session
    assert "HttpOnly" not in csrf


def test_cookies_are_secure_where_the_address_is(house):
    for client, base in ((house.client(), "https://testserver"), (house.client(secure_cookies=True), "http://t")):
        client.base_url = base
        client.post(f"{V1}/accounts", json=CREDENTIALS)
        answer = client.post(f"{V1}/sessions", json=CREDENTIALS)
        assert all("Secure" in cookie for cookie in answer.headers.get_list("set-cookie"))


def test_a_cookie_reads_but_changes_nothing_without_the_csrf_token(house, ada, refused):
    client = house.client()
    signed_in = client.post(f"{V1}/sessions", json=CREDENTIALS).json()
    other = house.client().post(f"{V1}/sessions", json=CREDENTIALS).json()
    assert client.get(f"{V1}/me").status_code == 200
    url, body = f"{V1}/profiles", {"name": "Bob"}
    for headers in ({}, {"X-CSRF-Token": "x"}, {"X-CSRF-Token": "é".encode()}, {"X-CSRF-Token": other["csrf_token"]}):
        assert refused(client.post(url, json=body, headers=headers), 403)["where"] == "X-CSRF-Token"
    proof = {"X-CSRF-Token": signed_in["csrf_token"]}
    for origin in (
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://[::1"},
    ):  # fmt: skip
        refused(client.post(url, json=body, headers=proof | origin), 403)
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert client.post(url, json=body, headers=proof | ours).status_code == 201


def test_a_listed_origin_may_use_the_cookie(house, ada):
    client = house.client(allowed_origins=frozenset({"https://films.example"}))
    proof = client.post(f"{V1}/sessions", json=CREDENTIALS).json()["csrf_token"]
    headers = {"X-CSRF-Token": proof, "Origin": "https://films.example", "Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{V1}/profiles", json={"name": "Bob"}, headers=headers).status_code == 201


def test_another_site_cannot_sign_a_visitor_in(client, ada, refused):
    refused(client.post(f"{V1}/sessions", json=CREDENTIALS, headers={"Origin": "https://evil.example"}), 403)


def test_a_bearer_token_wins_over_a_cookie(house, ada, refused):
    client = house.client()
    client.post(f"{V1}/sessions", json=CREDENTIALS)
    refused(client.get(f"{V1}/me", headers={"Authorization": "Bearer x"}), 401)
    bearer = {"Authorization": ada.headers["Authorization"]}
    assert client.post(f"{V1}/profiles", json={"name": "Bob"}, headers=bearer).status_code == 201


def test_a_browser_whose_session_is_renewed_keeps_its_cookie_longer(house, ada):
    client = house.client()
    client.post(f"{V1}/sessions", json=CREDENTIALS)
    assert "set-cookie" not in client.get(f"{V1}/me").headers
    house.now += 2 * 86_400
    assert len(client.get(f"{V1}/me").headers.get_list("set-cookie")) == 2


def test_signing_out_here_and_everywhere(house, ada, refused):
    phone, tv = house.sign_in(), house.sign_in()
    answer = phone.delete(f"{V1}/sessions/current")
    assert answer.status_code == 204
    assert "Max-Age=0" in answer.headers["set-cookie"]
    refused(phone.get(f"{V1}/me"), 401)
    assert tv.delete(f"{V1}/sessions").status_code == 204
    for client in (tv, ada):
        refused(client.get(f"{V1}/me"), 401)


def test_a_new_password_signs_out_the_other_devices(house, ada, refused):
    tv = house.sign_in()
    change = {"current_password": PASSWORD, "new_password": "another sentence"}
    assert ada.put(f"{V1}/me/password", json=change).status_code == 204
    assert ada.get(f"{V1}/me").status_code == 200
    refused(tv.get(f"{V1}/me"), 401)
    refused(ada.put(f"{V1}/me/password", json=change), 401)


def test_failed_sign_ins_are_limited_and_the_answer_says_until_when(house, ada, refused):
    wrong = CREDENTIALS | {"password": "not the password"}
    said = [refused(house.client().post(f"{V1}/sessions", json=wrong), 401)["detail"] for _ in range(3)]
    assert len(set(said)) == 1
    answer = house.client().post(f"{V1}/sessions", json=CREDENTIALS)
    refused(answer, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 900
    house.now += 901
    assert house.client().post(f"{V1}/sessions", json=CREDENTIALS).status_code == 201


def test_signing_in_rightly_is_not_limited(house, ada):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: house.client().post(f"{V1}/sessions", json=CREDENTIALS), range(20)))
    assert {answer.status_code for answer in answers} == {201}


def test_the_address_of_a_proxy_is_believed_only_when_it_is_trusted(house, ada, refused):
    wrong = CREDENTIALS | {"password": "not the password"}
    for trusted, expected in ((frozenset(), 429), (frozenset({"testclient"}), 401)):
        client = house.client(trusted_proxies=trusted)
        answers = [
            client.post(f"{V1}/sessions", json=wrong, headers={"X-Forwarded-For": f"9.9.9.9, 192.0.2.{i}"})
            for i in range(4)
        ]
        refused(answers[-1], expected)
