from __future__ import annotations

import base64
import json

import pytest

from rtlint.masking import Masker, is_secret_name, is_secret_value, is_stand_in


def token(**claims: object) -> str:
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


@pytest.mark.parametrize(
    "name",
    [
        "PUSHER_SECRET",
        "PUSHER_APP_SECRET",
        "VITE_PUSHER_SECRET",
        "NEXT_PUBLIC_PUSHER_SECRET_KEY",
        "pusherSecret",
        "pusher-secret",
        "pusher.app.secret",
        "DB_PASSWORD",
        "DB_PASSWD",
        "SMTP_PASS",
        "AUTH_TOKEN",
        "VITE_AUTH_TOKEN",
        "JWT_PRIVATE_KEY",
        "SUPABASE_SERVICE_ROLE_KEY",
        "NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY",
        "ABLY_API_KEY",
        "ABLY_KEY",
        "CENTRIFUGO_API_KEY",
        "openaiApiKey",
        "APP_KEY",
        "SECRET_ID",
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "PUSHER_KEY",
        "PUSHER_APP_KEY",
        "PUSHER_API_KEY",
        "VITE_PUSHER_APP_KEY",
        "REVERB_APP_KEY",
        "SOKETI_DEFAULT_APP_KEY",
        "PUSHER_CLUSTER",
        "PUSHER_APP_ID",
        "STRIPE_PUBLISHABLE_KEY",
        "VITE_SUPABASE_PUBLISHABLE_KEY",
        "NEXT_PUBLIC_SUPABASE_ANON_KEY",
        "VITE_ABLY_PUBLIC_KEY",
        "JWT_PUBLIC_KEY",
        "PUBLIC_KEY",
        "VITE_GOOGLE_API_KEY",
        "TOKEN_URL",
        "TOKEN_EXPIRES_IN",
        "PASSWORD_MIN_LENGTH",
        "SECRET_NAME",
        "DB_PASSWORD_FILE",
        "SECRETARY",
        "COMPASS_HOST",
        "PRIVATE_CHANNEL",
        "PWD",
        "REDIS_URL",
    ],
)
def test_names_that_are_public(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "value",
    [
        "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
        "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "sk_dev_Zk4xQ0pLm2RtYw7vBn3c",
        "xVLyHw.DQrNxQ:dGhpc0lzTm90QUtleQ12",
        "key: xVLyHw.DQrNxQ:dGhpc0lzTm90QUtleQ12",
        "-----BEGIN PRIVATE KEY-----\nMIIE",
        "-----BEGIN RSA PRIVATE KEY-----",
        "redis://default:s3cr3tPw@redis:6379",
        "redis://:s3cr3tPw@redis:6379",
        token(role="service_role", iss="supabase"),
        "Bearer " + token(role="service_role"),
    ],
)
def test_values_that_are_secrets(value: str) -> None:
    assert is_secret_value(value)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "sb_publishable_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz",
        "pk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "sk_your_secret_key_goes_here",
        "sk_test_xxxxxxxxxxxxxxxxxxxxxxxx",
        "sb_secret_your_key_here",
        "task_live_4eC39HqLyjWDarjtT1zdp7dc",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----",
        "redis://redis:6379",
        "postgres://postgres:postgres@db:5432/app",
        "redis://:${REDIS_PASSWORD}@redis:6379",
        "https://example.org:8443/@scope/package",
        "registry.example.org/team/rt.server:0123456789abcdef0123",
        "wss://ws.example:443/app",
        token(role="anon", iss="supabase"),
        "eyJhbGciOiJIUzI1NiJ9.bm90anNvbg.x",
        "eyJhbGciOiJIUzI1NiJ9.WzFd.x",
        "eyJhbGciOiJIUzI1NiJ9.A.x",
    ],
)
def test_values_that_are_no_secrets(value: str) -> None:
    assert not is_secret_value(value)


def test_a_token_nested_without_end_is_no_error() -> None:
    payload = base64.urlsafe_b64encode(b"[" * 100_000).decode()
    assert not is_secret_value(f"eyJhbGciOiJIUzI1NiJ9.{payload}.x")


def test_long_texts_without_an_answer() -> None:
    for text in ("eyJ" * 300_000, "a-" * 500_000, "://" * 300_000, "sk_" * 300_000, "-----BEGIN " * 100_000):
        is_secret_value(text)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "abc",
        "changeme",
        "change-me",
        "your_app_secret",
        "YOUR-PUSHER-KEY",
        "app-secret",
        "xxxx-xxxx",
        "********",
        "true",
        "3600",
        "postgres",
        "  secret  ",
        "${PUSHER_SECRET}",
        "${A:-x9y8z7w6}",
        "-----",
    ],
)
def test_values_that_only_stand_for_a_secret(value: str) -> None:
    assert is_stand_in(value)


@pytest.mark.parametrize("value", ["a1b2c3", "hunter22", "admin123", "981234", "$ecretPw", "correct horse battery"])
def test_values_that_are_masked(value: str) -> None:
    assert not is_stand_in(value)
    assert Masker([value]).mask(f"<{value}>") == f"<{'*' * len(value)}>"


def test_masks_keep_the_length_and_the_rest() -> None:
    masker = Masker(["s3cr3t-ä😀"])
    assert masker.mask("KEY=s3cr3t-ä😀 # s3cr3t-ä") == "KEY=********* # s3cr3t-ä"
    assert masker.mask("nothing here") == "nothing here"
    assert Masker([]).mask("s3cr3t") == "s3cr3t"


def test_the_longest_secret_is_masked_whole() -> None:
    assert Masker(["a1b2c3", "a1b2c3d4e5"]).mask("a1b2c3d4e5 a1b2c3") == "********** ******"


def test_secrets_that_overlap_are_both_masked() -> None:
    assert Masker(["abc123xyz", "xyz789"]).mask("=abc123xyz789=") == "=************="


def test_secrets_are_texts_and_no_patterns() -> None:
    assert Masker(["a.c*1[2]"]).mask("abc1 a.c*1[2]") == "abc1 ********"


def test_stand_ins_are_shown() -> None:
    masker = Masker(["changeme", "true", "abc"])
    assert masker.mask("changeme true abc") == "changeme true abc"


def test_of_a_url_only_the_password_is_masked() -> None:
    masker = Masker(["redis://user:hunter22@redis:6379/0"])
    assert masker.mask("REDIS_URL=redis://user:hunter22@redis:6379/0") == "REDIS_URL=redis://user:********@redis:6379/0"


def test_each_line_of_a_secret_is_masked_by_itself() -> None:
    masker = Masker(["-----BEGIN PRIVATE KEY-----\n  MIIEvQIBADAN\r\nBgkqhkiG9w0B\\nAQEFAASC12"])
    assert masker.mask("  MIIEvQIBADAN") == "  ************"
    assert masker.mask("BgkqhkiG9w0B") == "************"
    assert masker.mask("'AQEFAASC12'") == "'**********'"


def test_long_texts() -> None:
    masker = Masker(["ab" * 500 + "1", "ab1"])
    assert masker.mask("ab" * 500_000) == "ab" * 500_000
    assert masker.mask("a1b2" * 250_000) == "a1b2" * 250_000
    assert Masker(["a1b2"]).mask("a1b2" * 250_000) == "*" * 1_000_000
