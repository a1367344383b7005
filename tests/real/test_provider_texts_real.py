"""The error texts of the provider data are those that the library really prints."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rtlint.providers import load_providers

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
PUSHER = HERE / "node_modules" / "pusher-js" / "dist" / "web" / "pusher.js"
BROWSERS_OWN = "WebSocket connection to"
SERVERS_CHOICE = '"code":4009'


def test_pusher_js() -> None:
    if not PUSHER.is_file() or not shutil.which("node"):
        pytest.skip("npm package pusher-js is not installed: make test-real installs it")
    command = ["node", str(HERE / "pusher_texts.cjs"), str(PUSHER)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    printed = {(channel, text) for channel, text in json.loads(done.stdout)}
    stated = {
        (error.channel, error.text)
        for error in load_providers()["pusher"].errors
        if BROWSERS_OWN not in error.text and SERVERS_CHOICE not in error.text
    }
    assert len(stated) == 5
    assert stated <= printed


PACKAGES = ("ably", "@microsoft/signalr", "phoenix", "@supabase/realtime-js", "partysocket", "centrifuge")
PROVIDERS = ("ably", "signalr", "phoenix", "supabase", "partykit", "centrifuge", "liveblocks")


def test_other_clients() -> None:
    folder = HERE / "node_modules"
    missing = [name for name in (*PACKAGES, "@liveblocks/client") if not (folder / name).is_dir()]
    if missing or not shutil.which("node"):
        pytest.skip(f"npm packages are not installed: {', '.join(missing)}: make test-real installs them")
    command = ["node", str(HERE / "provider_texts.mjs"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    printed = {tuple(item) for item in json.loads(done.stdout)}
    stated = {
        (name, error.channel, error.text)
        for name in PROVIDERS
        for error in load_providers()[name].errors
        if BROWSERS_OWN not in error.text
    }
    assert {name for name, _, _ in stated} == set(PROVIDERS)
    assert stated <= printed
