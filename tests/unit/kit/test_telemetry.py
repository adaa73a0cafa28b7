from cinoche.kit.telemetry import PERSONAL, frames_of, printable_only, without_personal_data


def test_a_line_says_that_something_was_withheld_and_not_what():
    event = without_personal_data(None, "info", {"event": "x", "email": "ada@example.org", "status": 200})
    assert event == {"event": "x", "status": 200, "withheld": ["email"]}


def test_everything_personal_is_withheld():
    event = without_personal_data(None, "info", dict.fromkeys(PERSONAL, "secret"))
    assert "secret" not in str(event)


def test_an_error_tells_where_it_came_from_without_its_text():
    try:
        raise ValueError("ada@example.org")
    except ValueError as error:
        frames = frames_of(error)
    assert len(frames) == 1
    assert "test_telemetry.py" in frames[0]
    assert "ada" not in frames[0]


def test_a_line_gives_no_orders_to_a_terminal():
    event = printable_only(None, "warning", {"event": "waits", "reason": "film\x1b[2J.mp4: no room", "status": 503})
    assert event == {"event": "waits", "reason": "film\\u001b[2J.mp4: no room", "status": 503}
