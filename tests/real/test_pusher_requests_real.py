"""The URL that a client asks for authorization: pusher-js and laravel-echo themselves, under Node with stubbed
transports, against the endpoint that rtlint derives from the source."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from rtlint.facts.derived import Endpoint
from rtlint.pipeline import Overrides, analyse, prepare

pytestmark = pytest.mark.real

HERE = Path(__file__).parent
TLS = "enabledTransports: ['ws']"
PUSHER = [
    "cluster: 'eu'",
    "cluster: 'eu', authEndpoint: '/api/pusher/auth'",
    "cluster: 'eu', authEndpoint: '/api/v1/pusher/auth', authTransport: 'ajax'",
    "cluster: 'eu', authEndpoint: ''",
    "cluster: 'eu', authEndpoint: undefined",
    "cluster: 'eu', channelAuthorization: { endpoint: '/rt/auth', transport: 'ajax' }",
    "cluster: 'eu', channelAuthorization: { transport: 'ajax' }",
    "cluster: 'eu', channelAuthorization: { endpoint: '/rt/auth' }, authEndpoint: '/ignored'",
    "cluster: 'eu', channelAuthorization: {}, authEndpoint: '/kept-or-not'",
    "cluster: 'eu', channelAuthorization: { transport: 'ajax' }, authEndpoint: '/kept-or-not'",
    "cluster: 'eu', channelAuthorization: undefined, authEndpoint: '/old/auth'",
    "cluster: 'eu', userAuthentication: { endpoint: '/user/auth', transport: 'ajax' }",
    "cluster: 'eu', userAuthentication: { endpoint: '/user/auth' }, authEndpoint: '/both'",
    "cluster: 'eu', authEndpoint: '/with?query=1'",
    "cluster: 'eu', authEndpoint: '/trailing/'",
    "cluster: 'eu', authEndpoint: '/deep/' + 'joined/' + 'path'",
    "cluster: 'eu', auth: { headers: { A: 'b' } }, authEndpoint: '/headers'",
    "cluster: 'eu', auth: { params: { a: 1 } }",
    "wsHost: 'h', cluster: '', authEndpoint: '/self/hosted', forceTLS: false",
    "wsHost: 'h', cluster: 'mt1', wsPort: 6001, disableStats: true, authEndpoint: '/broadcasting/auth'",
    "cluster: 'eu', authorizer: () => ({ authorize() {} }), authEndpoint: '/never'",
    "cluster: 'eu', channelAuthorization: { customHandler: () => {} , endpoint: '/never' }",
    "...{ cluster: 'eu', authEndpoint: '/spread/first' }, authEndpoint: '/own'",
    "authEndpoint: '/own', ...{ cluster: 'eu', authEndpoint: '/spread/last' }",
]
ECHO = [
    "broadcaster: 'pusher', key: 'k', cluster: 'eu'",
    "broadcaster: 'pusher', key: 'k', cluster: 'eu', authEndpoint: '/api/broadcasting/auth'",
    "broadcaster: 'reverb', key: 'k', wsHost: 'h', wsPort: 8080, forceTLS: false",
    "broadcaster: 'reverb', key: 'k', wsHost: 'h', authEndpoint: '/v1/broadcasting/auth'",
    "broadcaster: 'pusher', key: 'k', cluster: 'eu', auth: { headers: {} }, authEndpoint: '/h'",
    "broadcaster: 'pusher', key: 'k', cluster: 'eu', channelAuthorization: { endpoint: '/c', transport: 'ajax' }",
    "broadcaster: 'pusher', key: 'k', cluster: 'eu', authEndpoint: ''",
    "broadcaster: 'pusher', key: 'k', cluster: 'eu', authEndpoint: undefined",
    "broadcaster: 'pusher', key: 'k', cluster: 'eu', authorizer: () => ({ authorize() {} })",
]


def really(tmp_path: Path) -> list[list[str] | None]:
    pusher = HERE / "node_modules/pusher-js/dist/web/pusher.js"
    echo = HERE / "node_modules/laravel-echo/dist/echo.js"
    if shutil.which("node") is None or not pusher.exists() or not echo.exists():
        pytest.skip("pusher-js and laravel-echo are not installed: run `make test-real`")
    cases = [{"echo": number >= len(PUSHER), "source": f"{{ {text}, {TLS} }}"} for number, text in enumerate(SETS)]
    (tmp_path / "cases.json").write_text(json.dumps(cases))
    program = HERE / "pusher_requests.cjs"
    done = subprocess.run(["node", program, pusher, echo, tmp_path / "cases.json"], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return list(json.loads(done.stdout))


SETS = [*PUSHER, *ECHO]


def ours(tmp_path: Path, number: int, text: str) -> list[str] | None:
    root = tmp_path / str(number)
    root.mkdir()
    options = f"{{ {text}, {TLS} }}"
    if number < len(PUSHER):
        code = f"import Pusher from 'pusher-js';\nnew Pusher('key', {options}).subscribe('private-orders');\n"
    else:
        code = f"import Echo from 'laravel-echo';\nnew Echo({options}).private('orders');\n"
    (root / "rt.js").write_text(code)
    manifest = {"name": "web", "dependencies": {"pusher-js": "8.6.0", "laravel-echo": "2.5.0", "vite": "7.0.0"}}
    (root / "package.json").write_text(json.dumps(manifest))
    found = {
        (fact.method, fact.path)
        for fact in analyse(root, prepare(root, Overrides()).config).facts
        if isinstance(fact, Endpoint) and fact.purpose == "channel-auth"
    }
    assert len(found) <= 1
    return list(found.pop()) if found else None


def test_the_request_that_is_sent(tmp_path: Path) -> None:
    theirs = really(tmp_path)
    assert len(theirs) >= 30
    for number, (text, sent) in enumerate(zip(SETS, theirs, strict=True)):
        if sent is not None:
            sent[1] = sent[1].partition("?")[0]
        assert ours(tmp_path, number, text) == sent, text
