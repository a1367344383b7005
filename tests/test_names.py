from __future__ import annotations

import pytest

from rtlint.names import distance, is_realtime, is_switch, twin_reason, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("VITE_PUSHER_APP_KEY", ("pusher", "app", "key")),
        ("NEXT_PUBLIC_WS_URI", ("websocket", "url")),
        ("REACT_APP_WEB_SOCKET_HOST", ("websocket", "host")),
        ("enableSocketIO", ("enable", "socketio")),
        ("PUSHER_ENABLED", ("pusher", "enable")),
        ("", ()),
    ],
)
def test_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    ("read", "given", "reason"),
    [
        ("VITE_PUSHER_ENABLED", "VITE_ENABLE_PUSHER", "the same words in another order"),
        ("VITE_PUSHER_KEY", "MIX_PUSHER_KEY", "the same words behind another prefix"),
        ("VITE_WS_URL", "VITE_WEBSOCKET_URI", "the same words but for a synonym"),
        ("VITE_PUSHER_KEY", "VITE_PUHSER_KEY", "one is a typo of the other"),
        ("PUSHER_CLUSTER", "PUSHER_CLUSTR", "one is a typo of the other"),
        ("PUSHER_HOST", "PUSHER_PORT", ""),
        ("PUSHER_KEY", "PUSHER_ID", ""),
        ("REDIS_1", "REDIS_2", ""),
        ("VITE_API_URL", "VITE_APP_URL", ""),
        ("PUSHER_KEY", "PUSHER_APP_KEY", "the same words but for 'app'"),
        ("PUSHER_KEY", "VITE_PUSHER_APP_KEY", ""),
    ],
)
def test_twins(read: str, given: str, reason: str) -> None:
    assert twin_reason(read, given) == reason
    assert twin_reason(given, read) == reason


def test_distance_counts_a_swap_as_one_slip_and_stops_at_its_limit() -> None:
    assert distance("pusher", "puhser") == 1
    assert distance("abc", "abd") == 1
    assert distance("abcdef", "uvwxyz", limit=3) == 3


def test_switches_are_judged_by_words() -> None:
    assert is_switch("VITE_USE_SOCKETIO")
    assert is_switch("DISABLE_REALTIME")
    assert not is_switch("VITE_USER_NAME")


def test_other_sockets_are_not_real_time() -> None:
    assert is_realtime("VITE_SOCKET_URL")
    assert is_realtime("WS_PORT")
    assert not is_realtime("DOCKER_SOCKET")
    assert not is_realtime("AWS_S3_SSE")
    assert not is_realtime("DATABASE_URL")
