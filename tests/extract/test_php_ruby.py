from __future__ import annotations

from rtlint.extract import cable, php, ruby
from rtlint.facts.expressions import ArrayLiteral, EnvVar, Fallback, Literal, Unknown
from rtlint.facts.php import LaravelConfig, PhpClass
from rtlint.facts.rails import CableSetting
from rtlint.facts.raw import EnvRead, Suppression

BROADCASTING = """<?php
return [
    'default' => env('BROADCAST_CONNECTION', '%s'),
    'connections' => [
        'reverb' => ['key' => env('REVERB_APP_KEY'), 'options' => ['host' => env('REVERB_HOST')]],
        'ably' => ['key' => env('ABLY_KEY')],
    ],
];
"""


def needed(default: str) -> set[str]:
    facts = php.extract("config/broadcasting.php", (BROADCASTING % default).encode())
    return {fact.name for fact in facts if isinstance(fact, EnvRead) and not fact.fallback}


def test_only_the_chosen_connection_needs_its_variables() -> None:
    assert needed("null") == set()
    assert needed("reverb") == {"REVERB_APP_KEY"}
    assert needed("ably") == {"ABLY_KEY"}


def test_the_leaves_of_the_configuration() -> None:
    facts = php.extract("config/broadcasting.php", (BROADCASTING % "null").encode())
    leaves = {fact.key: fact for fact in facts if isinstance(fact, LaravelConfig)}
    assert set(leaves) == {
        "broadcasting.default",
        "broadcasting.connections.reverb.key",
        "broadcasting.connections.reverb.options.host",
        "broadcasting.connections.ably.key",
    }
    default = leaves["broadcasting.default"].value
    assert isinstance(default, Fallback)
    assert isinstance(default.left, EnvVar)
    assert (default.left.name, default.left.via) == ("BROADCAST_CONNECTION", "php")
    assert isinstance(default.right, Literal)
    assert default.right.value == "null"
    assert leaves["broadcasting.connections.ably.key"].at == ("config/broadcasting.php", 6, 20, 6, 44)


def test_reads_outside_of_the_configuration() -> None:
    text = (
        "<?php\n$a = env('A'); $b = \\getenv('B'); $c = $_ENV['C'] ?? 'x'; $d = (int) env('D') ?: 1; env($e);\n"
        "/* ü */ env('F', 2); env( /* x */ \"G\");"
    )
    facts = [fact for fact in php.extract("app/A.php", text.encode()) if isinstance(fact, EnvRead)]
    assert [(fact.name, fact.fallback) for fact in facts] == [
        ("A", False),
        ("B", False),
        ("C", True),
        ("D", True),
        ("", False),
        ("F", True),
        ("G", False),
    ]
    assert facts[5].at == ("app/A.php", 3, 9, 3, 20)


def test_classes_have_full_names() -> None:
    text = "<?php\nnamespace A\\B;\nuse X\\{Y, Z as W};\nclass C extends Y { use W, \\T; }\n"
    (found,) = [fact for fact in php.extract("C.php", text.encode()) if isinstance(fact, PhpClass)]
    assert (found.name, found.bases) == ("A\\B\\C", ("X\\Y", "X\\Z", "T"))


def test_suppressions_in_comments() -> None:
    text = b"<?php\n# rtlint: ignore[RT301]: set by the host\nenv('A'); // rtlint: ignore[RT302]: x\n"
    found = [fact for fact in php.extract("a.php", text) if isinstance(fact, Suppression)]
    assert [(fact.selector, fact.line) for fact in found] == [("RT301", 3), ("RT302", 3)]
    found = [fact for fact in ruby.extract("a.rb", b"# rtlint: ignore[RT301]: x\n") if isinstance(fact, Suppression)]
    assert [(fact.selector, fact.line) for fact in found] == [("RT301", 2)]


def test_settings_of_action_cable() -> None:
    text = (
        "Rails.application.configure do\n"
        "  config.action_cable.url = ENV.fetch('CABLE_URL', '/cable')\n"
        "  config.action_cable.allowed_request_origins = [ 'https://a.example', /x/, ENV['O'] ]\n"
        "  config.action_cable.mount_path = nil\n"
        "end\n"
    )
    facts = ruby.extract("config/environments/production.rb", text.encode())
    found = {fact.key: fact for fact in facts if isinstance(fact, CableSetting)}
    assert {fact.environment for fact in found.values()} == {"production"}
    url, origins = found["url"].value, found["allowed_request_origins"].value
    assert isinstance(url, Fallback)
    assert isinstance(url.left, EnvVar)
    assert url.left.name == "CABLE_URL"
    assert isinstance(origins, ArrayLiteral)
    assert [type(item) for item in origins.items] == [Literal, Unknown, EnvVar]
    assert isinstance(found["mount_path"].value, Literal)
    assert found["mount_path"].value.value is None
    assert found["url"].at == ("config/environments/production.rb", 2, 3, 2, 61)


def test_adapters_of_action_cable() -> None:
    text = b"test: &t\n  adapter: test\nproduction:\n  adapter: redis\n  url: <%= ENV['REDIS_URL'] %>\n"
    found = [fact for fact in cable.extract("config/cable.yml", text) if isinstance(fact, CableSetting)]
    values = [
        (fact.environment, fact.key, fact.value.value if isinstance(fact.value, Literal) else None) for fact in found
    ]
    assert values == [("test", "adapter", "test"), ("production", "adapter", "redis"), ("production", "url", None)]
    assert found[1].at == ("config/cable.yml", 4, 3, 4, 10)
