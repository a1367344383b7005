"""The words by which Python files are told apart, beside the readers: the prefilter asks for them in every process."""

from __future__ import annotations

DJANGO: tuple[bytes, ...] = (
    b"urlpatterns",
    b"django.urls",
    b"django.conf.urls",
    b"ROOT_URLCONF",
    b"FORCE_SCRIPT_NAME",
    b"USE_I18N",
    b"ProtocolTypeRouter",
    b"URLRouter",
    b"DefaultRouter",
    b"SimpleRouter",
    b".register(",
)
"""Tokens of which a file must hold one to matter for Django by itself: views are read when something names them."""

OF_DJANGO = (*DJANGO, b"ViewSet")
"""Tokens of which a file must hold one to say anything of Django."""

TRIGGERS: tuple[bytes, ...] = (
    b"fastapi",
    b"starlette",
    b"flask",
    b"APIRouter",
    b"Blueprint",
    b"include_router",
    b"register_blueprint",
    b"add_url_rule",
    b"add_api_route",
    b".route(",
    b".websocket(",
    b".get('/",
    b'.get("/',
    b".post('/",
    b'.post("/',
    b"environ",
    b"getenv",
    b"BaseSettings",
    b"decouple",
    *DJANGO,
)
"""Tokens of which a file must hold one to be worth parsing by itself; files that others import are read anyway."""
