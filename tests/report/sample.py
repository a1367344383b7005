"""A report made by hand, as judge would hand it over."""

from __future__ import annotations

from rtlint.facts.site import Site
from rtlint.findings import Evidence, Finding, Report, RuleInfo, Unresolved
from rtlint.masking import Masker

COMPOSE = """services:
  dashboard:
    environment:
      VITE_PUSHER_AUTH_ENDPOINT: "/api/pusher/auth"
      PUSHER_SECRET: "s3cr3t-value"
"""
CONFIG = "const é = '😀'; export const ENDPOINT = import.meta.env.VITE_PUSHER_AUTH_ENDPOINT || '/api/v1/pusher/auth';\n"

RULES = (
    RuleInfo(
        "RT201",
        "auth-endpoint-mismatch",
        "error",
        "Sources of one client's auth endpoint disagree",
        "Sources disagree.\n\nYou will see `404`.",
        ("https://pusher.com/docs/",),
        "https://example.com/rules/RT201",
    ),
    RuleInfo("RT405", "unread-flag", "warning", "A switch is read by nothing", "You will see nothing.", (), ""),
)

MISMATCH = Finding(
    code="RT201",
    name="auth-endpoint-mismatch",
    level="error",
    at=Site("docker-compose.yml", 4, 7, 4, 52),
    message="the auth endpoint is '/api/pusher/auth' here and '/api/v1/pusher/auth' elsewhere",
    symptom="`received status: 404`",
    remedy="name one path in every source",
    chain=(
        Evidence(Site("docker-compose.yml", 4, 7, 4, 52), "set here"),
        Evidence(Site("src/config.ts", 1, 40, 1, 81), "read here"),
    ),
    related=(Evidence(Site("src/config.ts", 1, 85, 1, 106), "the other path is here"),),
)
FLAG = Finding(
    "RT405", "unread-flag", "warning", Site("docker-compose.yml", 5, 7, 5, 36), "s3cr3t-value is read by nothing"
)


def report(*findings: Finding, sources: dict[str, str] | None = None) -> Report:
    """Return a report over the two sample files, with `s3cr3t-value` as a secret."""
    return Report(
        findings=findings,
        rules=RULES,
        sources=sources or {"docker-compose.yml": COMPOSE, "src/config.ts": CONFIG},
        files=12,
        read=3,
        seconds=0.1234,
        version="0.1.0",
        mask=Masker(["s3cr3t-value"]).mask,
        unresolved=(Unresolved(Site("src/rt.ts", 3, 5, 3, 9), "parameter"),),
    )
