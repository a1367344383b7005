from __future__ import annotations

import pytest

from rtlint.link.backends import FoundBackend
from tests.link.found import backends_of, manifest, table

HEAD = (
    "import { Controller, Get, Post, All, Sse, Version, Module, RequestMethod, VersioningType, VERSION_NEUTRAL } "
    "from '@nestjs/common';\n"
)
MAIN = (
    "import {{ NestFactory }} from '@nestjs/core';\nimport {{ AppModule }} from './app.module';\n"
    "async function bootstrap() {{\n  const app = await NestFactory.create(AppModule{options});\n  {setup}\n"
    "  await app.listen(3000);\n}}\nbootstrap();\n"
)
CONTROLLER = (
    HEAD + "@Controller('pusher')\nexport class PusherController {\n"
    "  @Post('auth')\n  auth(@Body() body: X) { return body; }\n}\n"
)
MODULE = (
    HEAD + "import { PusherController } from './pusher.controller';\n"
    "@Module({{ imports: [{imports}], controllers: [PusherController] }})\nexport class AppModule {{}}\n"
)


def nest(
    setup: str = "",
    *,
    options: str = "",
    controller: str = CONTROLLER,
    imports: str = "",
    head: str = "",
    **more: str,
) -> FoundBackend:
    """Return the one application of a usual project."""
    sources = {
        **manifest("", "@nestjs/core"),
        "src/main.ts": HEAD + MAIN.format(setup=setup, options=options),
        "src/app.module.ts": head + MODULE.replace("{{", "{").replace("}}", "}").replace("{imports}", imports),
        "src/pusher.controller.ts": controller,
        **{f"src/{name}.ts": text for name, text in more.items()},
    }
    (backend,) = backends_of(sources)
    return backend


def controller(decorator: str, body: str) -> str:
    return HEAD + f"@{decorator}\nexport class PusherController {{\n{body}\n}}\n"


def test_a_controller_of_the_root_module_is_served() -> None:
    found = nest()
    assert table(found) == {("POST", "/pusher/auth")}
    assert found.complete
    assert (found.framework, found.at.path) == ("nest", "src/main.ts")
    (route,) = found.routes
    assert (route.at.path, route.at.line, route.at.column) == ("src/pusher.controller.ts", 4, 4)


def test_the_global_prefix_stands_before_all_but_the_excluded() -> None:
    source = controller(
        "Controller('pusher')", "@Post('auth') a() {}\n@Get('health/:id') b() {}\n@Post('health/:id') c() {}"
    )
    setup = "app.setGlobalPrefix('/api/', { exclude: [{ path: 'pusher/health/*rest', method: RequestMethod.GET }] });"
    found = nest(setup, controller=source)
    assert table(found) == {
        ("POST", "/api/pusher/auth"),
        ("GET", "/pusher/health/{id}"),
        ("POST", "/api/pusher/health/{id}"),
    }
    assert found.complete
    mounted = {route.path: route.mounted_at for route in found.routes}
    at = mounted["/api/pusher/auth"]
    assert at is not None
    assert at.path == "src/main.ts"
    assert mounted["/pusher/health/{id}"] is None


@pytest.mark.parametrize(
    ("setup", "version", "paths"),
    [
        ("app.enableVersioning();", "'1'", {"/v1/x/auth"}),
        (
            "app.enableVersioning({ type: VersioningType.URI, prefix: 'r' });",
            "['1', VERSION_NEUTRAL]",
            {"/r1/x/auth", "/x/auth"},
        ),
        ("app.enableVersioning({ type: VersioningType.HEADER, header: 'v' });", "'1'", {"/x/auth"}),
        ("", "'1'", {"/x/auth"}),
    ],
)
def test_versions(setup: str, version: str, paths: set[str]) -> None:
    found = nest(
        setup, controller=controller(f"Controller({{ path: 'x', version: {version} }})", "@Post('auth') a() {}")
    )
    assert {route.path for route in found.routes} == paths
    assert found.complete


def test_a_version_of_a_method_wins_and_a_default_fills_in() -> None:
    source = controller("Controller('x')", "@Version('2')\n@Get('a') a() {}\n@Get('b') b() {}")
    found = nest("app.enableVersioning({ defaultVersion: '1' });", controller=source)
    assert {route.path for route in found.routes} == {"/v2/x/a", "/v1/x/b"}


def test_lists_of_paths_and_every_kind_of_method() -> None:
    source = controller("Controller(['a', 'b'])", "@All() a() {}\n@Sse(['s', '/t']) s() {}")
    assert table(nest(controller=source)) == {
        ("*", "/a"),
        ("*", "/b"),
        *(("GET", path) for path in ("/a/s", "/a/t", "/b/s", "/b/t")),
    }


def test_what_a_controller_inherits_is_served_under_its_own_path() -> None:
    base = HEAD + "export abstract class Base {\n@Get('mine') mine() {}\n@Get('hidden') hidden() {}\n}\n"
    source = "import { Base } from './base';\n" + HEAD
    source += "@Controller('x')\nexport class PusherController extends Base {\n@Post('own') own() {}\nhidden() {}\n}\n"
    found = nest(controller=source, base=base)
    assert table(found) == {("POST", "/x/own"), ("GET", "/x/mine")}
    assert found.complete


OTHER = HEAD + "@Controller('other')\nclass OtherController {\n@Get() a() {}\n}\n"


@pytest.mark.parametrize(
    ("imports", "body"),
    [
        ("OtherModule", "@Module({ controllers: [OtherController] })\nexport class OtherModule {}"),
        ("forwardRef(() => OtherModule)", "@Module({ controllers: [OtherController] })\nexport class OtherModule {}"),
        (
            "OtherModule.forRoot()",
            (
                "@Module({})\nexport class OtherModule {\nstatic forRoot() {\n"
                "return { module: OtherModule, controllers: [OtherController] };\n}\n}"
            ),
        ),
    ],
)
def test_modules_are_followed_through_imports(imports: str, body: str) -> None:
    found = nest(imports=imports, head="import { OtherModule } from './other';\n", other=OTHER + body)
    assert table(found) == {("POST", "/pusher/auth"), ("GET", "/other")}
    assert found.complete


def test_a_module_that_nothing_imports_serves_nothing() -> None:
    body = "@Module({ controllers: [OtherController] })\nexport class OtherModule {}"
    assert table(nest(other=OTHER + body)) == {("POST", "/pusher/auth")}


def test_router_module_puts_modules_under_paths() -> None:
    head = "import { RouterModule } from '@nestjs/core';\nimport { OtherModule } from './other';\n"
    body = "@Module({ controllers: [OtherController] })\nexport class OtherModule {}"
    imports = "OtherModule, RouterModule.register([{ path: 'admin', children: [{ path: '/v', module: OtherModule }] }])"
    found = nest(imports=imports, head=head, other=OTHER + body)
    assert table(found) == {("POST", "/pusher/auth"), ("GET", "/admin/v/other")}
    assert found.complete


@pytest.mark.parametrize(
    ("source", "complete"),
    [("@nestjs/config", True), ("nestjs-pino", True), ("some-admin-panel", False)],
)
def test_modules_of_packages(source: str, complete: bool) -> None:
    found = nest(imports="Outer.forRoot({})", head=f"import {{ Outer }} from '{source}';\n")
    assert found.complete is complete


def test_graphql_serves_its_path() -> None:
    found = nest(
        imports="GraphQLModule.forRoot({ path: 'g' })", head="import { GraphQLModule } from '@nestjs/graphql';\n"
    )
    assert ("*", "/g") in table(found)


@pytest.mark.parametrize(
    ("setup", "options", "source"),
    [
        ("app.setGlobalPrefix(config.get('prefix'));", "", CONTROLLER),
        ("app.use('/queues', board.getRouter());", "", CONTROLLER),
        ("", ", new ExpressAdapter(server)", CONTROLLER),
        ("", "", controller("Controller(load())", "@Get() a() {}")),
        ("", "", controller("Controller()", "@Get(path()) a() {}")),
        (
            "",
            "",
            controller("Controller()", "@Get() a() {}") + "export const Wrapped = () => applyDecorators(Get('x'));\n",
        ),
        ("", "", HEAD + "@Controller()\nexport class PusherController extends Crud(User) {\n@Get() a() {}\n}\n"),
    ],
)
def test_what_is_not_known_makes_the_application_incomplete(setup: str, options: str, source: str) -> None:
    assert not nest(setup, options=options, controller=source).complete


def test_a_plain_websocket_gateway_is_a_route_of_its_own_protocol() -> None:
    head = "import { WsAdapter } from '@nestjs/platform-ws';\n"
    gateway = "import { WebSocketGateway } from '@nestjs/websockets';\n"
    gateway += "@WebSocketGateway({ path: '/ws' })\nexport class G {}\n"
    sources = {
        **manifest("", "@nestjs/core"),
        "main.ts": head + MAIN.format(setup="app.useWebSocketAdapter(new WsAdapter(app));", options=""),
        "app.module.ts": HEAD + "@Module({ providers: [G] })\nexport class AppModule {}\n",
        "gateway.ts": gateway,
    }
    assert table(backends_of(sources)[0]) == {("WS", "/ws")}


def test_two_applications_of_one_package_do_not_share_their_prefixes() -> None:
    sources = {**manifest("", "@nestjs/core")}
    for name in ("one", "two"):
        sources[f"{name}/main.ts"] = MAIN.format(setup=f"app.setGlobalPrefix('{name}');", options="")
        sources[f"{name}/app.module.ts"] = HEAD + (
            "@Controller('x')\nclass X {\n@Get() a() {}\n}\n@Module({ controllers: [X] })\nexport class AppModule {}\n"
        )
    assert [(table(found), found.complete) for found in backends_of(sources)] == [
        ({("GET", "/one/x")}, True),
        ({("GET", "/two/x")}, True),
    ]


def test_a_repository_that_starts_no_application_is_incomplete() -> None:
    (found,) = backends_of({"a.ts": CONTROLLER})
    assert (table(found), found.complete) == ({("POST", "/pusher/auth")}, False)


def test_type_arguments_of_create_change_nothing() -> None:
    main = MAIN.format(setup="app.setGlobalPrefix('api');", options="").replace(
        "create(", "create<NestExpressApplication>("
    )
    module = MODULE.replace("{{", "{").replace("}}", "}").replace("{imports}", "")
    sources = {
        **manifest("", "@nestjs/core"),
        "main.ts": main,
        "app.module.ts": module,
        "pusher.controller.ts": CONTROLLER,
    }
    (found,) = backends_of(sources)
    assert (table(found), found.complete) == ({("POST", "/api/pusher/auth")}, True)


def test_broken_decorators_raise_nothing() -> None:
    for text in ("@Controller(", HEAD + "@Controller('x'\nclass {", HEAD + "@Get()\n", HEAD + "class X { @Get( }"):
        backends_of({"a.ts": text})
