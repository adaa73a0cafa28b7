"""Where a profile has come in a series."""

from collections.abc import Mapping, Sequence

from cinoche.library.models import TitleState


def latest_of(episodes: Sequence[str], states: Mapping[str, TitleState]) -> str | None:
    """Find the episode that was watched last; None where none was."""
    watched = [each for each in episodes if each in states and states[each].in_history]
    return max(watched, key=lambda each: states[each].watched_at, default=None)


def following(episodes: Sequence[str], states: Mapping[str, TitleState]) -> str | None:
    """Find where a series goes on: at the episode watched last or, once that is over, at the first unseen one after it.

    None where nothing was watched, and where nothing is left after what was.
    """
    latest = latest_of(episodes, states)
    if latest is None:
        return None
    return next((each for each in episodes[episodes.index(latest) :] if not is_over(states.get(each))), None)


def resume_of(episodes: Sequence[str], states: Mapping[str, TitleState]) -> str | None:
    """Choose what a click on Play starts: where the series goes on, else the first unseen episode, else the first."""
    onward = following(episodes, states)
    if onward is not None:
        return onward
    return next((each for each in episodes if not is_over(states.get(each))), next(iter(episodes), None))


def is_over(state: TitleState | None) -> bool:
    """Tell whether an episode was seen to the end and not begun anew."""
    return state is not None and state.is_played and not state.in_progress
