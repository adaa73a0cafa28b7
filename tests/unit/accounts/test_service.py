import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from cinoche.accounts.adapters.sql import ACCOUNTS, PROFILES, SESSIONS, SIGN_IN_FAILURES
from cinoche.accounts.models import Role, SessionLife
from cinoche.accounts.passwords import Passwords
from cinoche.accounts.service import DEMO_OPERATOR, DEMO_VIEWER, csrf_token
from cinoche.kit.errors import CinocheError, Conflict, Invalid, Limited, NotFound, Unauthorized
from cinoche.kit.personal import Subject

EMAIL, PASSWORD = "ada@example.org", "a long sentence"
HERE, THERE = "192.0.2.1", "198.51.100.7"


def fail(accounts, times=1, email=EMAIL, address=HERE):
    for _ in range(times):
        with pytest.raises(Unauthorized):
            accounts.sign_in(email, "not the password", address=address)


def rows(engine, table):
    with engine.connect() as read:
        return read.execute(sa.select(table)).mappings().all()


def test_signing_up_opens_an_account_with_a_first_profile(accounts):
    account = accounts.sign_up("  Ada.Lovelace@Example.ORG ", PASSWORD, language="fr")
    assert (account.email, account.role, account.language) == ("ada.lovelace@example.org", Role.VIEWER, "fr")
    [profile] = accounts.profiles(account.account_id)
    assert (profile.name, profile.language, profile.is_kids, profile.max_age) == ("Ada Lovelace", "fr", False, None)


def test_the_first_profile_takes_the_name_that_was_given(accounts):
    account = accounts.sign_up(EMAIL, PASSWORD, name="  Ada   L ")
    assert accounts.profiles(account.account_id)[0].name == "Ada L"


def test_an_email_has_one_account_whatever_its_capitals(accounts):
    accounts.sign_up(EMAIL, PASSWORD)
    with pytest.raises(Conflict, match="Sign in"):
        accounts.sign_up("ADA@example.org", PASSWORD)


def test_two_sign_ups_at_once_leave_one_account(accounts, engine):
    def sign_up(_):
        try:
            return accounts.sign_up(EMAIL, PASSWORD)
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert sum(found is not None for found in pool.map(sign_up, range(8))) == 1
    assert len(rows(engine, ACCOUNTS)) == len(rows(engine, PROFILES)) == 1


@pytest.mark.parametrize(
    "password",
    ["short", "a" * 1_025, "é" * 513, EMAIL, "password123", "MotDePasse123", "aaaaaaaaaaaa", "\ud800 and much more"],
)
def test_a_weak_password_is_refused(accounts, password):
    with pytest.raises(Invalid, match="password"):
        accounts.sign_up(EMAIL, password)


def test_a_password_opens_the_door_and_a_wrong_one_does_not_say_what_was_wrong(accounts):
    accounts.sign_up(EMAIL, PASSWORD)
    session, token = accounts.sign_in(" ADA@example.org", PASSWORD)
    assert accounts.session(token) == session
    assert session.account.email == EMAIL
    said = set()
    for email in (EMAIL, "nobody@example.org", "not an e-mail", "x" * 100_000, "\ud800", "ada@example.org' OR 1=1--"):
        with pytest.raises(Unauthorized) as refusal:
            accounts.sign_in(email, "not the password", address=email[:5])
        said.add(str(refusal.value))
    assert len(said) == 1


def test_an_accent_typed_as_one_character_or_two_is_the_same_password(accounts):
    accounts.sign_up(EMAIL, "un été à la mer")
    accounts.sign_in(EMAIL, "un e\u0301te\u0301 a\u0300 la mer")


def test_no_token_password_email_or_address_lies_in_the_tables(accounts, engine, signed_in):
    fail(accounts, email="eve@example.org", address=THERE)
    _, token = signed_in
    held = str([rows(engine, table) for table in (SESSIONS, SIGN_IN_FAILURES)])
    for secret in (token, csrf_token(token), EMAIL, "eve@", HERE, THERE):
        assert secret not in held
    [account] = rows(engine, ACCOUNTS)
    assert account["password_hash"].startswith("$argon2id$")


@pytest.mark.parametrize("token", ["", "x", "' OR 1=1 --", "../../etc/passwd", "\ud800", "é" * 40, "a" * 100_000])
def test_a_forged_token_opens_nothing(accounts, signed_in, token):
    with pytest.raises(Unauthorized):
        accounts.session(token)


def test_a_session_lives_on_while_it_is_used_but_not_for_ever(make, clock):
    accounts = make(life=SessionLife(idle_s=100, renew_after_s=10, absolute_s=250))
    accounts.sign_up(EMAIL, PASSWORD)
    session, token = accounts.sign_in(EMAIL, PASSWORD)
    assert not accounts.is_renewable(session)
    for _ in range(3):
        clock.now += 80
        session = accounts.session(token)
        assert accounts.is_renewable(session)
        assert accounts.renew(session) == accounts.session(token)
    clock.now += 11
    with pytest.raises(Unauthorized):
        accounts.session(token)


def test_a_session_that_is_not_used_ends_and_its_row_goes(make, clock, engine):
    accounts = make(life=SessionLife(idle_s=100))
    accounts.sign_up(EMAIL, PASSWORD)
    _, token = accounts.sign_in(EMAIL, PASSWORD)
    clock.now += 100
    with pytest.raises(Unauthorized):
        accounts.session(token)
    accounts.sign_in(EMAIL, PASSWORD)
    assert len(rows(engine, SESSIONS)) == 1


def test_signing_out_ends_one_session_and_everywhere_ends_all(accounts, make, signed_in):
    _, first = signed_in
    session, second = accounts.sign_in(EMAIL, PASSWORD)
    accounts.sign_out(session)
    with pytest.raises(Unauthorized):
        accounts.session(second)
    _, third = accounts.sign_in(EMAIL, PASSWORD)
    assert make().sign_out_everywhere(session.account.account_id) == 2
    for token in (first, third):
        with pytest.raises(Unauthorized):
            accounts.session(token)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(accounts, signed_in):
    session, token = signed_in
    _, other = accounts.sign_in(EMAIL, PASSWORD)
    accounts.change_password(session, PASSWORD, "another sentence")
    assert accounts.session(token) == session
    for proof in (lambda: accounts.session(other), lambda: accounts.sign_in(EMAIL, PASSWORD)):
        with pytest.raises(Unauthorized):
            proof()
    accounts.sign_in(EMAIL, "another sentence")


def test_guessing_the_current_password_is_limited_like_signing_in(accounts, signed_in):
    session, _ = signed_in
    for _ in range(3):
        with pytest.raises(Unauthorized):
            accounts.change_password(session, "not the password", "another sentence", address=HERE)
    with pytest.raises(Limited):
        accounts.change_password(session, PASSWORD, "another sentence", address=HERE)


def test_a_hash_with_old_parameters_is_made_anew_at_the_next_sign_in(accounts, make, engine):
    accounts.sign_up(EMAIL, PASSWORD)
    make(passwords=Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))).sign_in(EMAIL, PASSWORD)
    assert "m=16,t=2,p=1" in rows(engine, ACCOUNTS)[0]["password_hash"]
    accounts.sign_in(EMAIL, PASSWORD)


def test_the_house_hashes_as_rfc_9106_recommends():
    assert Passwords().hash("a long sentence").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_failures_are_limited_across_workers_and_only_failures_count(accounts, make, clock):
    accounts.sign_up(EMAIL, PASSWORD)
    for _ in range(5):
        accounts.sign_in(EMAIL, PASSWORD, address=HERE)
    other = make()
    fail(accounts, 2)
    fail(other)
    for worker in (accounts, other):
        with pytest.raises(Limited) as refusal:
            worker.sign_in(EMAIL, PASSWORD, address=HERE)
        assert 899 <= refusal.value.retry_after_s <= 900
    clock.now += 900
    accounts.sign_in(EMAIL, PASSWORD, address=HERE)


def test_the_window_slides(accounts, clock):
    accounts.sign_up(EMAIL, PASSWORD)
    for _ in range(3):
        fail(accounts)
        clock.now += 300
    accounts.sign_in(EMAIL, PASSWORD, address=HERE)
    fail(accounts)
    with pytest.raises(Limited) as refusal:
        accounts.sign_in(EMAIL, PASSWORD, address=HERE)
    assert refusal.value.retry_after_s == 300


def test_failing_in_somebody_elses_name_does_not_lock_them_out(accounts):
    accounts.sign_up(EMAIL, PASSWORD)
    fail(accounts, 3, address=THERE)
    with pytest.raises(Limited):
        accounts.sign_in(EMAIL, PASSWORD, address=THERE)
    accounts.sign_in(EMAIL, PASSWORD, address=HERE)


def test_many_addresses_failing_at_one_email_spare_those_where_it_is_signed_in(accounts, signed_in):
    for i in range(8):
        fail(accounts, address=f"203.0.113.{i}")
    with pytest.raises(Limited):
        accounts.sign_in(EMAIL, PASSWORD, address=THERE)
    accounts.sign_in(EMAIL, PASSWORD, address=HERE)


def test_one_address_failing_at_many_emails_is_limited(accounts):
    for i in range(6):
        fail(accounts, email=f"{i}@example.org")
    with pytest.raises(Limited):
        accounts.sign_in("seven@example.org", PASSWORD, address=HERE)


def test_a_household_in_ipv6_is_one_address(accounts):
    for i in range(3):
        fail(accounts, address=f"2001:db8:1:2::{i}")
    with pytest.raises(Limited):
        accounts.sign_in(EMAIL, PASSWORD, address="2001:db8:1:2:ffff::1")
    fail(accounts, address="2001:db8:1:3::1")


def test_a_hundred_guesses_at_once_learn_no_more_than_the_limit(accounts, make):
    accounts.sign_up(EMAIL, PASSWORD)
    start = threading.Barrier(12)

    def guess(i):
        start.wait()
        with pytest.raises(CinocheError) as refusal:
            make().sign_in(EMAIL, "not the password", address=HERE)
        return type(refusal.value)

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(guess, range(12)))
    assert answers.count(Unauthorized) == 3
    assert answers.count(Limited) == 9


def test_old_failures_are_purged(accounts, clock, engine):
    fail(accounts, 2)
    clock.now += 901
    fail(accounts)
    assert len(rows(engine, SIGN_IN_FAILURES)) == 1


def test_what_is_over_can_be_purged_without_waiting_for_the_next_one(accounts, clock, signed_in, engine):
    fail(accounts, 2)
    assert accounts.purge() == 0
    clock.now += 31 * 86_400
    assert accounts.purge() == 3
    assert rows(engine, SESSIONS) == rows(engine, SIGN_IN_FAILURES) == []


def test_an_account_has_at_most_five_profiles_however_many_ask_at_once(make, accounts, signed_in):
    account_id = signed_in[0].account.account_id

    def add(i):
        try:
            return make().add_profile(account_id, name=f"P{i}")
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        assert sum(found is not None for found in pool.map(add, range(12))) == 4
    profiles = accounts.profiles(account_id)
    assert len(profiles) == 5
    accounts.start_leaving(account_id, profiles[2].profile_id)
    accounts.finish_leaving(profiles[2].profile_id)
    assert accounts.add_profile(account_id, name="Again").name == "Again"


def test_a_childs_profile_always_has_a_limit(accounts, signed_in):
    account_id = signed_in[0].account.account_id
    child = accounts.add_profile(account_id, name="Noé", is_kids=True)
    assert child.max_age == 10
    assert accounts.add_profile(account_id, name="Lou", is_kids=True, max_age=6).max_age == 6
    change = accounts.change_profile
    assert change(account_id, child.profile_id, {"max_age": 7}).max_age == 7
    assert change(account_id, child.profile_id, {"max_age": None}).max_age == 10
    assert change(account_id, child.profile_id, {"is_kids": False}).max_age is None
    assert change(account_id, child.profile_id, {"max_age": 16, "name": "N"}).max_age == 16
    assert change(account_id, child.profile_id, {"is_kids": True}).max_age == 10


@pytest.mark.parametrize(
    "changes",
    [
        {"name": ""}, {"name": " \n "}, {"name": "x" * 41}, {"name": "a\0b"}, {"name": "\u202eabc"}, {"name": "\ud800"},
        {"avatar": "../../etc/passwd"}, {"language": "de"}, {"max_age": -1}, {"max_age": 22},
    ],
)  # fmt: skip
def test_a_profile_refuses_what_it_cannot_be(accounts, signed_in, changes):
    account_id = signed_in[0].account.account_id
    [profile] = accounts.profiles(account_id)
    with pytest.raises(Invalid):
        accounts.change_profile(account_id, profile.profile_id, changes)
    with pytest.raises(Invalid):
        accounts.add_profile(account_id, **({"name": "Ada"} | changes))
    assert accounts.profiles(account_id) == [profile]


@pytest.mark.parametrize("name", ["Robert'); DROP TABLE profiles;--", "../../etc", "👩‍👧", "<script>", "O’Neil", "李"])
def test_a_name_may_hold_any_character_that_can_be_seen(accounts, signed_in, name):
    account_id = signed_in[0].account.account_id
    profile = accounts.add_profile(account_id, name=name)
    assert accounts.get_profile(account_id, profile.profile_id).name == name


def test_another_accounts_profile_is_not_there(accounts, signed_in):
    mine = signed_in[0].account.account_id
    theirs = accounts.sign_up("bob@example.org", PASSWORD).account_id
    [profile] = accounts.profiles(theirs)
    for use in (
        lambda: accounts.get_profile(mine, profile.profile_id),
        lambda: accounts.change_profile(mine, profile.profile_id, {"name": "x"}),
        lambda: accounts.start_leaving(mine, profile.profile_id),
        lambda: accounts.get_profile(mine, "' OR 1=1 --"),
        lambda: accounts.start_leaving(mine, "\ud800"),
    ):
        with pytest.raises(NotFound):
            use()
    assert accounts.profiles(theirs) == [profile]


def test_a_profile_that_leaves_is_hidden_until_its_data_is_erased(accounts, signed_in):
    account_id = signed_in[0].account.account_id
    [first] = accounts.profiles(account_id)
    second = accounts.add_profile(account_id, name="Bob")
    accounts.start_leaving(account_id, second.profile_id)
    accounts.start_leaving(account_id, second.profile_id)
    assert accounts.profiles(account_id) == [first]
    assert accounts.leaving() == [(account_id, second.profile_id)]
    with pytest.raises(NotFound):
        accounts.get_profile(account_id, second.profile_id)
    with pytest.raises(Conflict, match="last profile"):
        accounts.start_leaving(account_id, first.profile_id)
    accounts.finish_leaving(second.profile_id)
    assert accounts.leaving() == []


def test_the_demo_is_made_once_with_the_adult_first(accounts, make):
    for worker in (accounts, make()):
        worker.ensure_demo("cinoche-demo")
    viewer, token = accounts.sign_in(DEMO_VIEWER, "cinoche-demo")
    operator, _ = accounts.sign_in(DEMO_OPERATOR, "cinoche-demo")
    assert (viewer.account.role, operator.account.role) == (Role.VIEWER, Role.OPERATOR)
    adult, child, french = accounts.profiles(viewer.account.account_id)
    assert (adult.name, adult.is_kids, child.name, child.is_kids, child.max_age) == ("Camille", False, "Noé", True, 10)
    assert (french.name, french.language, french.is_limited) == ("Inès", "fr", False)
    assert (adult.language, child.language) == (None, None)
    accounts.ensure_demo("cinoche-demo")
    accounts.session(token)


def test_another_demo_password_replaces_the_known_one(accounts):
    accounts.ensure_demo("cinoche-demo")
    _, token = accounts.sign_in(DEMO_VIEWER, "cinoche-demo")
    accounts.ensure_demo("open to the world")
    for proof in (lambda: accounts.session(token), lambda: accounts.sign_in(DEMO_VIEWER, "cinoche-demo")):
        with pytest.raises(Unauthorized):
            proof()
    accounts.sign_in(DEMO_VIEWER, "open to the world")
    with pytest.raises(Invalid, match="demo_password"):
        accounts.ensure_demo("short")


def test_an_account_is_handed_over_without_what_could_open_it(accounts, signed_in):
    account_id = signed_in[0].account.account_id
    accounts.sign_up("bob@example.org", PASSWORD)
    records = list(accounts.export(Subject(account_id=account_id)))
    assert [record["table"] for record in records] == ["accounts", "sessions", "profiles"]
    assert "argon2" not in str(records)
    assert "bob" not in str(records)
    assert list(accounts.export(Subject(pseudonym="p"))) == []


def test_erasing_an_account_leaves_nothing_of_it(accounts, signed_in, engine):
    account_id = signed_in[0].account.account_id
    bob = accounts.sign_up("bob@example.org", PASSWORD)
    fail(accounts)
    assert accounts.erase(Subject(account_id=account_id)) == 4
    assert accounts.erase(Subject(account_id=account_id)) == 0
    assert [row["account_id"] for row in rows(engine, ACCOUNTS)] == [bob.account_id]
    assert [row["account_id"] for row in rows(engine, PROFILES)] == [bob.account_id]
    assert rows(engine, SESSIONS) == rows(engine, SIGN_IN_FAILURES) == []


def test_erasing_a_profile_leaves_the_others(accounts, signed_in):
    account_id = signed_in[0].account.account_id
    [first] = accounts.profiles(account_id)
    second = accounts.add_profile(account_id, name="Bob")
    subject = Subject(account_id=account_id, profile_id=second.profile_id)
    assert [record["name"] for record in accounts.export(subject)] == ["Bob"]
    assert accounts.erase(Subject(account_id="somebody", profile_id=second.profile_id)) == 0
    assert accounts.erase(subject) == 1
    assert accounts.erase(Subject(pseudonym="p")) == 0
    assert accounts.profiles(account_id) == [first]
