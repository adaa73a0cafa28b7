from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinoche.accounts.models import (
    AVATARS,
    KIDS_MAX_AGE,
    LANGUAGES,
    OLDEST_LIMIT,
    SESSIONS_PER_ACCOUNT,
    PinLimits,
    Preferences,
    Profile,
)
from cinoche.accounts.service import _changed
from cinoche.kit.errors import Conflict, Forbidden, Invalid, Limited, NotFound, Unauthorized
from cinoche.kit.personal import Subject

PASSWORD = "a long sentence"


@pytest.fixture
def session(signed_in):
    return signed_in[0]


@pytest.fixture
def token(signed_in):
    return signed_in[1]


@pytest.fixture
def parent(accounts, session):
    """The first profile, with a PIN."""
    [profile] = accounts.profiles(session.account.account_id)
    accounts.watching.set_pin(session, profile.profile_id, "2468")
    return accounts.get_profile(session.account.account_id, profile.profile_id)


@pytest.fixture
def child(accounts, session):
    return accounts.add_profile(session.account.account_id, name="Noé", is_kids=True)


def test_a_session_knows_who_watches_until_somebody_else_does(accounts, session, token, child):
    assert accounts.session(token).profile is None
    accounts.watching.choose(session, child.profile_id)
    assert accounts.session(token).profile == child
    assert accounts.session(token).max_age == KIDS_MAX_AGE
    accounts.watching.choose_nobody(session)
    assert accounts.session(token).profile is None


def test_what_goes_on_for_a_profile_may_do_so_while_its_session_may_speak_for_it(accounts, session, parent, child):
    account_id, device = session.account.account_id, session.session_id
    other = accounts.add_profile(account_id, name="Inès")

    def going_on():
        return {each.name for each in (parent, child, other) if accounts.watcher(device, each.profile_id)}

    assert going_on() == {child.name, other.name}
    accounts.watching.choose(session, child.profile_id)
    assert going_on() == {child.name}
    accounts.watching.choose(session, parent.profile_id, "2468")
    assert going_on() == {parent.name, child.name, other.name}
    accounts.start_leaving(account_id, other.profile_id)
    assert going_on() == {parent.name, child.name}
    accounts.sign_out(session)
    assert going_on() == set()


def test_a_profile_of_another_account_cannot_be_chosen(accounts, session, child):
    accounts.sign_up("bob@example.org", PASSWORD)
    bob, token = accounts.sign_in("bob@example.org", PASSWORD)
    for profile_id in (child.profile_id, "nobody", "x" * 27, ""):
        with pytest.raises(NotFound):
            accounts.watching.choose(bob, profile_id)
        with pytest.raises(NotFound):
            accounts.watching.set_pin(bob, profile_id, "1234")
    assert accounts.session(token).profile is None
    assert not accounts.get_profile(session.account.account_id, child.profile_id).has_pin


def test_a_pin_opens_its_profile_and_is_kept_as_a_hash(accounts, session, token, parent):
    assert parent.has_pin
    for pin in (None, "2469"):
        with pytest.raises(Forbidden, match="PIN"):
            accounts.watching.choose(session, parent.profile_id, pin)
    assert accounts.session(token).profile is None
    accounts.watching.choose(session, parent.profile_id, "2468")
    assert accounts.session(token).profile == parent
    assert "2468" not in str(list(accounts.export(Subject(account_id=session.account.account_id))))


@pytest.mark.parametrize("pin", ["123", "12345", "12a4", "١٢٣٤", "1234\n", ""])
def test_a_pin_is_four_digits(accounts, session, child, pin):
    with pytest.raises(Invalid):
        accounts.watching.set_pin(session, child.profile_id, pin)


def test_after_five_wrong_pins_the_right_one_is_refused_for_a_while_on_every_worker(
    accounts, make, clock, session, parent
):
    for number in range(5):
        clock.now += 60
        with pytest.raises(Forbidden):
            accounts.watching.choose(session, parent.profile_id, f"000{number}")
    with pytest.raises(Limited) as refusal:
        make().watching.choose(session, parent.profile_id, "2468")
    assert refusal.value.retry_after_s == pytest.approx(900 - 240)
    clock.now += refusal.value.retry_after_s
    make().watching.choose(session, parent.profile_id, "2468")


def test_the_right_pin_counts_as_no_failure(accounts, session, parent):
    for _ in range(7):
        accounts.watching.choose(session, parent.profile_id, "2468")


def test_many_guesses_at_once_are_heard_no_more_often_than_one_after_the_other(accounts, session, parent):
    def guess(number):
        try:
            accounts.watching.choose(session, parent.profile_id, f"{number:04}")
        except (Forbidden, Limited) as error:
            return type(error)

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(guess, range(40)))
    assert outcomes.count(Forbidden) == 5
    assert outcomes.count(Limited) == 35


def test_a_new_pin_forgives_the_failures_and_ends_the_choice_elsewhere(accounts, clock, session, token, parent):
    tablet, tablets = accounts.sign_in("ada@example.org", PASSWORD)
    accounts.watching.choose(session, parent.profile_id, "2468")
    accounts.watching.choose(tablet, parent.profile_id, "2468")
    for _ in range(5):
        with pytest.raises(Forbidden):
            accounts.watching.choose(tablet, parent.profile_id, "0000")
    accounts.watching.set_pin(session, parent.profile_id, "1357")
    assert accounts.session(tablets).profile is None
    assert accounts.session(token).profile == parent
    accounts.watching.choose(tablet, parent.profile_id, "1357")
    accounts.watching.set_pin(session, parent.profile_id, None)
    assert accounts.session(tablets).profile == replace(parent, has_pin=False)
    accounts.watching.choose(tablet, parent.profile_id)


def test_a_pin_that_changes_while_the_old_one_is_checked_opens_nothing(accounts, make, session, token, parent):
    class Slow:
        def matches(self, *_):
            accounts.watching.set_pin(session, parent.profile_id, "1357")
            return True

    with pytest.raises(Conflict):
        make(passwords=Slow()).watching.choose(session, parent.profile_id, "2468")
    assert accounts.session(token).profile is None


def test_where_nobody_is_chosen_a_pin_limits_to_what_the_other_profiles_may_see(accounts, session, token, child):
    assert accounts.session(token).max_age is None
    [adult, _] = accounts.profiles(session.account.account_id)
    accounts.watching.set_pin(session, adult.profile_id, "2468")
    assert accounts.session(token).max_age == KIDS_MAX_AGE
    teen = accounts.add_profile(session.account.account_id, name="Zoé", max_age=13)
    assert accounts.session(token).max_age == 13
    accounts.watching.set_pin(session, teen.profile_id, "2468")
    accounts.watching.set_pin(session, child.profile_id, "2468")
    assert accounts.session(token).max_age == 0
    for profile in (adult, child, teen):
        accounts.watching.set_pin(session, profile.profile_id, None)
    assert accounts.session(token).max_age is None


def test_a_profile_that_leaves_watches_nowhere_any_more(accounts, session, token, parent, child):
    accounts.watching.choose(session, child.profile_id)
    with pytest.raises(Forbidden):
        accounts.watching.choose(session, parent.profile_id, "0000")
    accounts.start_leaving(session.account.account_id, child.profile_id)
    assert accounts.session(token).profile is None
    with pytest.raises(NotFound):
        accounts.watching.choose(session, child.profile_id)
    accounts.finish_leaving(child.profile_id)
    assert child.profile_id not in str(list(accounts.export(Subject(account_id=session.account.account_id))))


def test_devices_are_listed_renamed_and_removed_by_their_account_only(accounts, clock, session, token):
    clock.now += 10
    other, others = accounts.sign_in("ada@example.org", PASSWORD, user_agent="curl/8")
    mine, theirs = accounts.watching.devices(session)
    assert (mine.session_id, theirs.session_id) == (session.session_id, other.session_id)
    assert (theirs.label, theirs.created_at, theirs.last_used_at) == ("An app", clock.now, clock.now)
    assert accounts.watching.rename_device(session, other.session_id, " The  tablet ").label == "The tablet"
    assert [device.label for device in accounts.watching.devices(other)] == ["The tablet", "An app"]
    accounts.sign_up("bob@example.org", PASSWORD)
    bob, _ = accounts.sign_in("bob@example.org", PASSWORD)
    for session_id in (other.session_id, "x" * 27):
        with pytest.raises(NotFound):
            accounts.watching.rename_device(bob, session_id, "Mine")
        with pytest.raises(NotFound):
            accounts.watching.remove_device(bob, session_id)
    with pytest.raises(Invalid, match="label"):
        accounts.watching.rename_device(session, other.session_id, "x" * 41)
    accounts.watching.remove_device(session, other.session_id)
    with pytest.raises(Unauthorized):
        accounts.session(others)
    accounts.session(token)


def test_one_sign_in_too_many_ends_the_session_that_was_used_least_lately(accounts, clock, session, token):
    clock.now += 10
    tokens = [accounts.sign_in("ada@example.org", PASSWORD)[1] for _ in range(SESSIONS_PER_ACCOUNT - 1)]
    clock.now += 90_000
    accounts.renew(session)
    accounts.sign_in("ada@example.org", PASSWORD)
    accounts.session(token)
    assert len(accounts.watching.devices(session)) == SESSIONS_PER_ACCOUNT

    def is_open(each):
        return accounts.find_session(each) is not None

    assert sum(map(is_open, tokens)) == SESSIONS_PER_ACCOUNT - 2


def test_an_account_on_its_way_out_lets_nobody_in(accounts, session, token):
    account_id = session.account.account_id
    accounts.start_closing(account_id)
    assert accounts.closing() == [account_id]
    with pytest.raises(Unauthorized):
        accounts.session(token)
    with pytest.raises(Unauthorized):
        accounts.sign_in("ada@example.org", PASSWORD)
    assert accounts.erase(Subject(account_id=account_id)) >= 2
    assert accounts.closing() == []
    accounts.sign_up("ada@example.org", PASSWORD)


def test_preferences_are_kept_with_the_profile(accounts, session):
    [profile] = accounts.profiles(session.account.account_id)
    assert profile.preferences == Preferences()
    wanted = Preferences(autoplay=False, quality_cap=720, caption_language="fr", caption_size="huge")
    accounts.change_profile(session.account.account_id, profile.profile_id, {"preferences": wanted})
    assert accounts.get_profile(session.account.account_id, profile.profile_id).preferences == wanted
    accounts.change_profile(session.account.account_id, profile.profile_id, {"name": "Ada"})
    assert accounts.get_profile(session.account.account_id, profile.profile_id).preferences == wanted


def test_preferences_of_another_version_take_what_is_known_and_leave_the_rest():
    assert Preferences.of({"autoplay": False, "hologram": True}) == Preferences(autoplay=False)
    assert Preferences.of(None) == Preferences()


AGES = st.none() | st.integers(0, OLDEST_LIMIT)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["Ada", "Noé"]),
        "avatar": st.sampled_from(AVATARS),
        "language": st.sampled_from([None, *LANGUAGES]),
        "is_kids": st.booleans(),
        "max_age": AGES,
        "preferences": st.builds(Preferences, autoplay=st.booleans()),
    },
)


@st.composite
def profiles(draw):
    is_kids = draw(st.booleans())
    max_age = draw(st.integers(0, OLDEST_LIMIT) if is_kids else AGES)
    return Profile("p", "a", "Ada", AVATARS[0], "en", is_kids, max_age, 1.0, has_pin=draw(st.booleans()))


@given(profiles(), CHANGES)
def test_a_change_changes_what_it_names_and_a_child_always_has_a_limit(before, changes):
    after = _changed(before, changes)
    assert after.max_age is not None or not after.is_kids
    named = {name: getattr(after, name) for name in changes if name != "max_age"}
    assert named == {name: value for name, value in changes.items() if name != "max_age"}
    if changes.get("max_age") is not None:
        assert after.max_age == changes["max_age"]
    kept = {each.name for each in fields(Profile)} - changes.keys()
    if "is_kids" in changes:
        kept -= {"max_age"}
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}


@given(profiles(), CHANGES)
def test_a_change_made_twice_is_the_change_made_once(before, changes):
    once = _changed(before, changes)
    assert _changed(once, changes) == once


@given(profiles())
def test_a_profile_that_becomes_a_childs_is_never_let_see_more(before):
    after = _changed(before, {"is_kids": True})
    assert after.max_age is not None
    assert before.max_age is None or after.max_age <= before.max_age


def test_the_limits_of_pins_can_be_set(make, session, accounts, parent):
    strict = make(pin_limits=PinLimits(wrong=1))
    with pytest.raises(Forbidden):
        strict.watching.choose(session, parent.profile_id, "0000")
    with pytest.raises(Limited):
        strict.watching.choose(session, parent.profile_id, "2468")
