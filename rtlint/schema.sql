-- Made by `python -m rtlint.ddl` from rtlint/facts. Do not edit.

-- A place in a file; other tables refer to it by number.
CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  path TEXT NOT NULL,  -- relative to the checked root
  line INTEGER NOT NULL,  -- 1-based
  "column" INTEGER NOT NULL,  -- 1-based, in characters
  end_line INTEGER NOT NULL,  -- 1-based
  end_column INTEGER NOT NULL  -- the column behind the last character
);

-- A file of the repository that rtlint may look at.
CREATE TABLE source_file (
  "path" TEXT NOT NULL,  -- Path from the checked root, with `/`. Example: apps/web/src/rt.ts
  "kind" TEXT NOT NULL,  -- javascript, html, python, dotenv, compose, manifest, tsconfig, php, ... Example: compose
  "role" TEXT NOT NULL,  -- app, test, tooling, docs, example, vendored or archive. Example: app
  "local" INTEGER NOT NULL,  -- Whether git ignores it: it exists on this machine only.
  "size" INTEGER NOT NULL  -- Size in bytes. Example: 1834
);
CREATE INDEX source_file_path ON source_file ("path");

-- An inline `rtlint: ignore[...]: reason` comment.
CREATE TABLE suppression (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "selector" TEXT NOT NULL,  -- One rule code or name; a comment with two selectors gives two facts. Example: RT101
  "reason" TEXT NOT NULL,  -- The text behind the second colon, empty when there is none. Example: third-party API
  "line" INTEGER NOT NULL  -- The line whose findings it silences, 1-based. Example: 12
);

-- A manifest: package.json, pyproject.toml, requirements.txt, composer.json.
CREATE TABLE package (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directory" TEXT NOT NULL,  -- Folder of the manifest; empty for the root. Example: apps/web
  "name" TEXT NOT NULL,  -- The package's own name, or empty. Example: @acme/web
  "ecosystem" TEXT NOT NULL  -- npm, pypi or composer. Example: npm
);
CREATE INDEX package_directory ON package ("directory");

-- One dependency of a package.
CREATE TABLE dependency (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directory" TEXT NOT NULL,  -- Folder of the manifest that lists it. Example: apps/web
  "name" TEXT NOT NULL,  -- The dependency's name, lower-cased for pypi. Example: pusher-js
  "version" TEXT NOT NULL,  -- The version or range as written. Example: ^8.4.0
  "scope" TEXT NOT NULL  -- dependencies, devDependencies, peerDependencies or optionalDependencies.
);
CREATE INDEX dependency_directory ON dependency ("directory");
CREATE INDEX dependency_name ON dependency ("name");

-- One entry of package.json's `scripts`.
CREATE TABLE script (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directory" TEXT NOT NULL,  -- Folder of the manifest. Example: apps/web
  "name" TEXT NOT NULL,  -- The script's name. Example: dev
  "command" TEXT NOT NULL  -- The command line. Example: vite --mode staging
);
CREATE INDEX script_directory ON script ("directory");

-- A rule that turns an import specifier into a path: tsconfig/jsconfig `paths`, Vite `resolve.alias`.
CREATE TABLE path_alias (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directory" TEXT NOT NULL,  -- The folder that the alias holds in. Example: apps/web
  "pattern" TEXT NOT NULL,  -- The specifier; `*` stands for any rest. Example: @/*
  "target" TEXT NOT NULL  -- Path from the repository's root, with the same `*`. Example: apps/web/src/*
);

-- One name that a module takes from another one, or a bare import for its side effects.
CREATE TABLE import (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "source" TEXT NOT NULL,  -- The specifier as written; for Python the dotted module with its leading dots.
  "imported" TEXT NOT NULL,  -- Exported name, `default`, `*` for the namespace, empty for side effects only.
  "local" TEXT NOT NULL,  -- The name in this module, empty for side effects only. Example: Pusher
  "form" TEXT NOT NULL  -- import, require, dynamic, type (TypeScript, erased), script (HTML) or python.
);
CREATE INDEX import_local ON import ("local");

-- A name of the module's own scope and the expression that it is bound to.
CREATE TABLE binding (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL  -- The bound name. Example: PUSHER_AUTH_ENDPOINT
);
CREATE INDEX binding_name ON binding ("name");

-- One name that a module gives to others.
CREATE TABLE export (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "exported" TEXT NOT NULL,  -- The name outside, `default`, or `*` for `export * from`.
  "local" TEXT NOT NULL,  -- The name here, or in `source` for a re-export; empty for an expression.
  "source" TEXT NOT NULL  -- The specifier of a re-export, else empty.
);
CREATE INDEX export_exported ON export ("exported");

-- A place in code that reads an environment variable.
CREATE TABLE env_read (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable; empty where the name is computed (`process.env[x]`).
  "via" TEXT NOT NULL,  -- import.meta.env, process.env, os.environ, settings, html, php, ruby, shell.
  "fallback" INTEGER NOT NULL,  -- Whether the code has a value for the case that it is missing.
  "guarded" INTEGER NOT NULL  -- Whether the code tests that it is there, or declares it required.
);
CREATE INDEX env_read_name ON env_read ("name");

-- `new X(...)`, `x(...)` or `<X ...>` where X may be a real-time client: link decides, by import and provider data.
CREATE TABLE construction (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "form" TEXT NOT NULL,  -- new, call or element (JSX, its attributes as the one argument). Example: new
  "text" TEXT NOT NULL,  -- The callee as written. Example: Pusher
  "assigned" TEXT NOT NULL  -- What receives it: `socket`, `this.pusher`, `Service#pusher`, or empty.
);

-- A directive at the top of a script: `"use client"`.
CREATE TABLE directive (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "text" TEXT NOT NULL  -- The directive. Example: use client
);

-- A call of a function of the repository with arguments, or a JSX element of a component with its attributes.
CREATE TABLE call_site (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "text" TEXT NOT NULL  -- The callee as written. Example: createPusher
);

-- A channel that code subscribes to: `x.subscribe(c)`, `.private(c)`, `.join(c)`, `.channel(c)`.
CREATE TABLE subscription (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "receiver" TEXT NOT NULL,  -- The object as written. Example: this.pusher
  "method" TEXT NOT NULL  -- The method's name. Example: subscribe
);

-- A function that a program registers for an event, or the `catch` of a `try` or of a promise.
CREATE TABLE event_handler (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "receiver" TEXT NOT NULL,  -- The object as written, or the awaited expression of a catch. Example: socket
  "event" TEXT NOT NULL,  -- The event's name; `catch` for a catch clause or `.catch()`. Example: error
  "form" TEXT NOT NULL,  -- on, bind, addEventListener, property, callback, catch. Example: on
  "body" TEXT NOT NULL  -- empty, comment (nothing but comments), or code. Example: empty
);

-- An assignment that replaces a console method, in any form.
CREATE TABLE console_patch (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "group" INTEGER NOT NULL,  -- Patches of one function or script share it; unique within the file. Example: 1
  "method" TEXT NOT NULL,  -- The method, or `*` when all of them or a computed one. Example: error
  "forwards" TEXT NOT NULL,  -- all: every call is passed on; some: on a condition; none; unknown. Example: some
  "injected" INTEGER NOT NULL  -- Whether it stands in a string that a program writes into a page.
);

-- A test of a message's text on which a console patch or an error trap drops the message.
CREATE TABLE message_filter (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "group" INTEGER NOT NULL,  -- The group of the console patches or error traps that use it. Example: 1
  "syntax" TEXT NOT NULL,  -- regex, includes, startsWith, endsWith, equals; unknown: not understood. Example: regex
  "pattern" TEXT NOT NULL,  -- The text, or the body of the regular expression. Example: WebSocket connection
  "flags" TEXT NOT NULL  -- The regular expression's flags; `i` also for tests on lower-cased text. Example: i
);
CREATE INDEX message_filter_group ON message_filter ("group");

-- A window-wide error handler that keeps an error from being seen.
CREATE TABLE error_trap (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "group" INTEGER NOT NULL,  -- As for console patches: joins it with its filters. Example: 2
  "event" TEXT NOT NULL,  -- error or unhandledrejection. Example: error
  "effect" TEXT NOT NULL,  -- preventDefault, stopImmediatePropagation, stopPropagation, return true, ...
  "conditional" INTEGER NOT NULL,  -- Whether only some errors are kept back.
  "reports" INTEGER NOT NULL,  -- Whether every error that is kept back was passed on: a call, or a rethrow.
  "injected" INTEGER NOT NULL  -- As for console patches.
);

-- What replaces a network API of the page: WebSocket, fetch, XMLHttpRequest, EventSource, or a method of one.
CREATE TABLE global_patch (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "target" TEXT NOT NULL,  -- What is replaced. Example: WebSocket
  "member" TEXT NOT NULL,  -- The method of its prototype, or empty for the API itself. Example: send
  "forwards" TEXT NOT NULL,  -- all, some, none or unknown: whether calls reach the original.
  "losing" TEXT NOT NULL,  -- How failures vanish. stub: nothing reaches the network; some: some calls don't; catch: failures are caught and told to nobody; events: error events are stopped; empty: they don't, or it can't be told. Example: catch
  "losing_at" INTEGER REFERENCES site (id),  -- Where they vanish.
  "injected" INTEGER NOT NULL  -- As for console patches.
);

-- A condition of `if`, `?:` or `&&` that may decide which transport runs.
CREATE TABLE flag_test (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "group" INTEGER NOT NULL,  -- The chain it belongs to; unique within the file. Example: 3
  "arm" INTEGER NOT NULL,  -- The condition within the chain, from 0. Example: 0
  "negated" INTEGER NOT NULL  -- Whether the operand stands under a `!`.
);

-- A leaf of the object that a build tool's configuration file exports (vite.config, next.config, nuxt.config).
CREATE TABLE config_option (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "key" TEXT NOT NULL  -- The path of keys. Example: server.hmr.port
);
CREATE INDEX config_option_key ON config_option ("key");

-- An object that routes hang on: FastAPI(), APIRouter(), Flask(), Blueprint(), express(), express.Router().
CREATE TABLE router_object (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The module-level name that holds it. Example: router
  "framework" TEXT NOT NULL,  -- fastapi, starlette, flask, express. Example: fastapi
  "root" INTEGER NOT NULL  -- Whether it is an application, not a part of one.
);
CREATE INDEX router_object_name ON router_object ("name");

-- A handler registered on a router object.
CREATE TABLE route (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "router" TEXT NOT NULL,  -- The name of the router object, as written (`app`, `api.router`).
  "method" TEXT NOT NULL,  -- GET, POST, ...; `*` for any. Example: POST
  "protocol" TEXT NOT NULL  -- http or ws. Example: http
);
CREATE INDEX route_router ON route ("router");

-- One router made part of another: include_router, mount, register_blueprint, app.use(prefix, router).
CREATE TABLE route_mount (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "parent" TEXT NOT NULL,  -- The name of the outer router object, as written. Example: app
  "overrides" INTEGER NOT NULL  -- Whether prefix replaces the child's own one (Flask's url_prefix).
);

-- A place where a backend takes on routes that can't be read from the file (a loop, a plug-in, a proxy).
CREATE TABLE opaque_routes (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "router" TEXT NOT NULL,  -- The router object, as written. Example: app
  "reason" TEXT NOT NULL  -- Why they are not known. Example: routes registered in a loop
);

-- A place that gives a variable a value: a line of a dotenv file, an entry of compose, a Dockerfile's ENV.
CREATE TABLE env_set (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_KEY
  "source" TEXT NOT NULL,  -- dotenv, compose.environment, compose.args, dockerfile.arg, dockerfile.env, ci.
  "service" TEXT NOT NULL,  -- The compose service, else empty. Example: dashboard
  "value_at" INTEGER NOT NULL REFERENCES site (id)  -- Where the value stands; the whole entry when it has none.
);
CREATE INDEX env_set_name ON env_set ("name");

-- `${X}` in a compose file.
CREATE TABLE interpolation (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_KEY
  "operator" TEXT NOT NULL,  -- Empty, or `:-`, `-`, `:?`, `?`, `:+`, `+`. Example: :-
  "default" TEXT NOT NULL,  -- The text behind the operator. Example: us2
  "service" TEXT NOT NULL,  -- The service it stands in, or empty. Example: dashboard
  "key" TEXT NOT NULL  -- The path of keys that it stands under. Example: environment.VITE_PUSHER_KEY
);
CREATE INDEX interpolation_name ON interpolation ("name");

-- A service of a compose file.
CREATE TABLE compose_service (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The service's name. Example: dashboard
  "image" TEXT NOT NULL,  -- The image, or empty. Example: node:22-alpine
  "command" TEXT NOT NULL,  -- The command as one line, or empty. Example: npm run dev
  "working_dir" TEXT NOT NULL,  -- Working directory in the container, or empty. Example: /app
  "network_mode" TEXT NOT NULL,  -- host, none, service:x, or empty. Example: host
  "entrypoint" TEXT NOT NULL,  -- The entrypoint as one line, or empty. Example: /docker-entrypoint.sh
  "container_name" TEXT NOT NULL,  -- The container's name, or empty. Example: soketi
  "replicas" TEXT NOT NULL  -- Containers that are asked for, as written; empty when it isn't said. Example: 2
);
CREATE INDEX compose_service_name ON compose_service ("name");

-- The `extends` of a service: another service whose options it starts from.
CREATE TABLE compose_extends (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: web
  "path" TEXT NOT NULL,  -- The file of the other service; empty where it can't be read. Example: common.yml
  "target" TEXT NOT NULL  -- The other service. Example: base
);
CREATE INDEX compose_extends_service ON compose_extends ("service");

-- A published port of a service; a range gives one fact for each port.
CREATE TABLE compose_port (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: dashboard
  "published" TEXT NOT NULL,  -- Port on the host; empty when Docker chooses it. Example: 3000
  "target" TEXT NOT NULL,  -- Port in the container; empty when it can't be read. Example: 5173
  "protocol" TEXT NOT NULL,  -- tcp or udp. Example: tcp
  "host_ip" TEXT NOT NULL  -- Address of the host that it is bound to; empty for all. Example: 127.0.0.1
);
CREATE INDEX compose_port_service ON compose_port ("service");

-- A bind mount of a service.
CREATE TABLE compose_mount (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: dashboard
  "source" TEXT NOT NULL,  -- Path on the host, from the repository's root. Example: apps/dashboard
  "target" TEXT NOT NULL  -- Path in the container. Example: /app
);
CREATE INDEX compose_mount_service ON compose_mount ("service");

-- The `build` of a service.
CREATE TABLE compose_build (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: dashboard
  "context" TEXT NOT NULL,  -- Build context, from the repository's root. Example: apps/dashboard
  "dockerfile" TEXT NOT NULL,  -- Dockerfile, from the repository's root. Example: apps/dashboard/Dockerfile
  "target" TEXT NOT NULL  -- The stage, or empty. Example: dev
);
CREATE INDEX compose_build_service ON compose_build ("service");

-- One `env_file` of a service.
CREATE TABLE compose_env_file (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: dashboard
  "path" TEXT NOT NULL,  -- The file, from the root; empty where it can't be read. Example: .env.dashboard
  "required" INTEGER NOT NULL,  -- Whether compose stops when it is missing.
  "rank" INTEGER NOT NULL,  -- Position in the list: a later one beats an earlier one. Example: 0
  "raw" INTEGER NOT NULL  -- Whether values are taken as they stand, quotes and `$` included.
);
CREATE INDEX compose_env_file_service ON compose_env_file ("service");

-- A text that reaches a setting, with its provenance.
CREATE TABLE value (
  "id" INTEGER NOT NULL,  -- Number of the value. Example: 7
  "text" TEXT NOT NULL,  -- The text, empty when unknown. Example: /api/pusher/auth
  "known" INTEGER NOT NULL  -- Whether it could be folded.
);
CREATE INDEX value_id ON value ("id");

-- One place on the way of a value, first the one that sets it.
CREATE TABLE step (
  "value" INTEGER NOT NULL,  -- The value. Example: 7
  "ordinal" INTEGER NOT NULL,  -- Position on the way, from 0. Example: 0
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "label" TEXT NOT NULL  -- What happens there. Example: read here
);
CREATE INDEX step_value ON step ("value");

-- An application that serves routes: the root of a tree of routers.
CREATE TABLE backend (
  "id" INTEGER NOT NULL,  -- Number of the backend. Example: 1
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "framework" TEXT NOT NULL,  -- fastapi, starlette, flask, express. Example: fastapi
  "directory" TEXT NOT NULL,  -- Folder of the file that makes the application. Example: apps/api/app
  "routes_complete" INTEGER NOT NULL  -- Whether every route, prefix and mount of it is known.
);
CREATE INDEX backend_id ON backend ("id");

-- A route that a backend serves, with its full path after prefixes and mounts.
CREATE TABLE served_route (
  "backend" INTEGER NOT NULL,  -- The backend. Example: 1
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "method" TEXT NOT NULL,  -- GET, POST, ...; `*` for any. Example: POST
  "protocol" TEXT NOT NULL,  -- http or ws. Example: http
  "path" TEXT NOT NULL,  -- Full path as the framework would show it, parameters as `{name}`.
  "path_glob" TEXT NOT NULL,  -- The path as a SQLite GLOB: parameters are `*`. Example: /api/v1/users/*
  "mounted_at" INTEGER NOT NULL REFERENCES site (id)  -- The mount or prefix nearest to the root that shapes the path; else the route.
);
CREATE INDEX served_route_backend ON served_route ("backend");

-- A real-time client that the program makes.
CREATE TABLE client (
  "id" INTEGER NOT NULL,  -- Number of the client. Example: 1
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "provider" TEXT NOT NULL,  -- The provider's name. Example: pusher
  "kind" TEXT NOT NULL,  -- managed, socket, adapter, server. Example: managed
  "text" TEXT NOT NULL,  -- The constructor as written. Example: Pusher
  "package" TEXT NOT NULL,  -- Folder of the package, empty for the root. Example: apps/web
  "runtime" TEXT NOT NULL,  -- browser, server or unknown. Example: browser
  "role" TEXT NOT NULL,  -- Role of the file. Example: app
  "protected" TEXT NOT NULL,  -- yes, no or unknown: whether a channel that needs authorization is subscribed.
  "managed_sibling" TEXT NOT NULL,  -- A managed client that the same package depends on, or empty. Example: pusher-js
  "managed_at" INTEGER REFERENCES site (id),  -- Where that dependency is listed.
  "adapter" INTEGER NOT NULL  -- Whether the file hands the socket to a protocol of its own (GraphQL, Yjs, MQTT).
);
CREATE INDEX client_id ON client ("id");

-- A place that a package runs in.
CREATE TABLE environment (
  "id" INTEGER NOT NULL,  -- Number of the environment. Example: 1
  "name" TEXT NOT NULL,  -- How a message calls it. Example: service web of docker-compose.yml
  "kind" TEXT NOT NULL,  -- compose, docker, dotenv, example, default. Example: compose
  "package" TEXT NOT NULL,  -- Folder of the package. Example: apps/web
  "service" TEXT NOT NULL,  -- The compose service, or empty. Example: web
  "production" TEXT NOT NULL  -- yes, no or unknown. Example: no
);
CREATE INDEX environment_id ON environment ("id");

-- The value that one option of one client has in one environment.
CREATE TABLE client_setting (
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "environment" INTEGER NOT NULL,  -- The environment. Example: 1
  "name" TEXT NOT NULL,  -- The option. Example: cluster
  "kind" TEXT NOT NULL,  -- key, secret, cluster, url, host, port, path, tls, flag, other. Example: cluster
  "state" TEXT NOT NULL,  -- known, unset (no value reaches it), absent (not given), unknown. Example: known
  "value" TEXT NOT NULL,  -- The value when known, else empty. Example: us2
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The place that decides: the source of the value, else the option.
  "option_at" INTEGER NOT NULL REFERENCES site (id),  -- The option at the client; the constructor when it is absent.
  "value_id" INTEGER NOT NULL,  -- The value with its provenance. Example: 7
  "scheme" TEXT NOT NULL,  -- Scheme of a URL, else empty. Example: wss
  "host" TEXT NOT NULL,  -- Host of a URL or the host itself, else empty. Example: ws.example.com
  "port" TEXT NOT NULL,  -- Port that a URL names, else empty. Example: 6001
  "host_scope" TEXT NOT NULL,  -- local, private (container or intranet name), public, or empty. Example: public
  "target_scope" TEXT NOT NULL  -- Scope of the host that the client talks to; unknown when it is not known.
);
CREATE INDEX client_setting_client ON client_setting ("client");
CREATE INDEX client_setting_name ON client_setting ("name");

-- One place that may decide a setting of a client, in whatever environment.
CREATE TABLE setting_source (
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "name" TEXT NOT NULL,  -- The option. Example: authEndpoint
  "kind" TEXT NOT NULL,  -- As in client_setting. Example: path
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The source.
  "source" TEXT NOT NULL,  -- code, fallback, dotenv, example, dockerfile, compose, compose.default, args, html. Example: compose
  "variable" TEXT NOT NULL,  -- The variable it sets, or empty for code. Example: VITE_PUSHER_AUTH_ENDPOINT
  "value" TEXT NOT NULL,  -- The value. Example: /api/pusher/auth
  "value_id" INTEGER NOT NULL,  -- The value with its provenance. Example: 7
  "read" INTEGER NOT NULL,  -- Whether code reads the variable; 0 for one that only its name ties to the setting.
  "guarded" INTEGER NOT NULL,  -- Whether code tests for a missing value before it uses it.
  "placeholder" TEXT NOT NULL  -- blank, dummy, or empty for a real-looking value. Example: dummy
);
CREATE INDEX setting_source_client ON setting_source ("client");
CREATE INDEX setting_source_name ON setting_source ("name");

-- A source of the path that a client calls for an authorization, compared with the others and with the backend.
CREATE TABLE endpoint_source (
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "purpose" TEXT NOT NULL,  -- channel-auth or user-auth. Example: channel-auth
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The source.
  "path" TEXT NOT NULL,  -- The path that it names. Example: /api/pusher/auth
  "read" INTEGER NOT NULL,  -- Whether code reads it.
  "served" TEXT NOT NULL,  -- yes, no or unknown: whether the backends of the repository serve it.
  "value_id" INTEGER NOT NULL,  -- The value with its provenance. Example: 7
  "agreeing" INTEGER NOT NULL,  -- Number of sources with this path. Example: 1
  "other_agreeing" INTEGER NOT NULL,  -- Number of sources with other_path; 0 when all agree. Example: 2
  "other_path" TEXT NOT NULL,  -- The path that the others name, a served one first; empty when all agree.
  "other_at" INTEGER REFERENCES site (id),  -- A source that names the other path.
  "route_at" INTEGER REFERENCES site (id),  -- The served route nearest to the path.
  "served_path" TEXT NOT NULL  -- other_path where it is served and path is not, else empty.
);
CREATE INDEX endpoint_source_client ON endpoint_source ("client");

-- A request that a client makes to the application's own backend in one environment.
CREATE TABLE endpoint (
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "environment" INTEGER NOT NULL,  -- The environment. Example: 1
  "purpose" TEXT NOT NULL,  -- channel-auth or user-auth. Example: channel-auth
  "method" TEXT NOT NULL,  -- HTTP method. Example: POST
  "path" TEXT NOT NULL,  -- The path that is called. Example: /api/pusher/auth
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The source that decides it.
  "option_at" INTEGER NOT NULL REFERENCES site (id),  -- The option at the client; the constructor when the library's default holds.
  "value_id" INTEGER NOT NULL,  -- The path with its provenance. Example: 7
  "served" TEXT NOT NULL,  -- yes, no, or unknown where routes or the way there are not fully known.
  "nearest_path" TEXT NOT NULL,  -- The served path most like it, or empty. Example: /api/v1/pusher/auth
  "nearest_at" INTEGER REFERENCES site (id),  -- Where that route is served.
  "served_path" TEXT NOT NULL,  -- nearest_path where the client would reach it under that path, else empty.
  "route_at" INTEGER REFERENCES site (id)  -- The route that serves it, where one is known to.
);
CREATE INDEX endpoint_client ON endpoint ("client");

-- A real-time variable that code reads, at one place.
CREATE TABLE variable_read (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_ENABLED
  "package" TEXT NOT NULL,  -- Folder of the package that reads it. Example: apps/web
  "runtime" TEXT NOT NULL,  -- browser, server or unknown. Example: browser
  "role" TEXT NOT NULL,  -- Role of the file. Example: app
  "optional" INTEGER NOT NULL,  -- Whether a fallback, a guard or a schema deals with its absence.
  "switch" INTEGER NOT NULL,  -- Whether it is an on/off switch.
  "essential" INTEGER NOT NULL,  -- Whether it reaches a client, or is named after a provider in use.
  "given" TEXT NOT NULL,  -- yes, no (set nowhere), or mentioned: named by a file rtlint can't read.
  "sets_known" INTEGER NOT NULL,  -- Whether the repository says at all how this package gets its variables.
  "twin" TEXT NOT NULL,  -- A near twin that is set and that nothing reads, or empty. Example: VITE_ENABLE_PUSHER
  "exposed" TEXT NOT NULL,  -- yes, no or unknown: whether the bundler gives it to browser code. Example: yes
  "bundler" TEXT NOT NULL,  -- The bundler in charge, or empty. Example: Vite
  "interface" TEXT NOT NULL,  -- The object that the bundler replaces, or empty. Example: import.meta.env
  "prefix" TEXT NOT NULL,  -- The prefix that it exposes, or empty. Example: VITE_
  "via" TEXT NOT NULL  -- As in env_read. Example: process.env
);
CREATE INDEX variable_read_name ON variable_read ("name");

-- A real-time variable that some environment sets, at one place.
CREATE TABLE variable_set (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_ENABLE_PUSHER
  "value" TEXT NOT NULL,  -- The value when known. Example: true
  "known" INTEGER NOT NULL,  -- Whether the value is known.
  "source" TEXT NOT NULL,  -- dotenv, compose.environment, compose.args, dockerfile.arg, dockerfile.env.
  "place" TEXT NOT NULL,  -- The service, or the dotenv file. Example: dashboard
  "role" TEXT NOT NULL,  -- Role of the file: app or example. Example: app
  "switch" INTEGER NOT NULL,  -- Whether it is an on/off switch.
  "used" TEXT NOT NULL,  -- yes, no (nothing reads it), or mentioned: named by a file rtlint can't read.
  "reads_known" INTEGER NOT NULL,  -- Whether no code reads variables under computed names.
  "twin" TEXT NOT NULL,  -- A near twin that code reads and nothing sets, or empty. Example: VITE_PUSHER_ENABLED
  "twin_reason" TEXT NOT NULL,  -- Why they are twins. Example: the same words in another order
  "twin_at" INTEGER REFERENCES site (id)  -- Where the twin is read.
);
CREATE INDEX variable_set_name ON variable_set ("name");

-- A real-time `${X}` of a compose file that nothing which compose reads gives a value to.
CREATE TABLE blank_interpolation (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_KEY
  "file" TEXT NOT NULL,  -- The compose file. Example: docker-compose.yml
  "service" TEXT NOT NULL,  -- The service. Example: web
  "env_file_at" INTEGER REFERENCES site (id),  -- Where the env_file sets it, which is no source of `${X}`.
  "example" TEXT NOT NULL,  -- An example file beside the compose file that lists it, or empty. Example: .env.example
  "handed_over" INTEGER NOT NULL  -- Whether a script, Makefile or CI file of the repository names the variable.
);

-- A switch that has another state than its stronger source, or than its twin on the other side.
CREATE TABLE flag_drift (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The source that loses, or the second twin.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_ENABLE_PUSHER
  "value" TEXT NOT NULL,  -- Its value as set. Example: false
  "holder" TEXT NOT NULL,  -- The service, or the folder of the dotenv files. Example: dashboard
  "other_at" INTEGER NOT NULL REFERENCES site (id),  -- The source that wins, or the first twin.
  "other_name" TEXT NOT NULL,  -- Its variable. Example: ENABLE_PUSHER
  "other_value" TEXT NOT NULL,  -- Its value as set. Example: true
  "other_holder" TEXT NOT NULL  -- Its service or folder. Example: api
);

-- Two switches that code treats as alternatives, with the states that they have in one environment.
CREATE TABLE flag_conflict (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The source of the first one's state.
  "first" TEXT NOT NULL,  -- A switch. Example: VITE_ENABLE_PUSHER
  "second" TEXT NOT NULL,  -- Its alternative. Example: VITE_ENABLE_WEBSOCKET
  "state" TEXT NOT NULL,  -- on when both are on, off when both are off. Example: on
  "environment" TEXT NOT NULL,  -- Name of the environment. Example: service web of docker-compose.yml
  "second_at" INTEGER NOT NULL REFERENCES site (id),  -- The source of the second one's state.
  "code_at" INTEGER NOT NULL REFERENCES site (id),  -- The condition that chooses between them.
  "has_client" INTEGER NOT NULL  -- Whether the package has a real-time client to run.
);

-- A real error text that a filter of the page hides.
CREATE TABLE hidden_error (
  "file" TEXT NOT NULL,  -- The file with the filter. Example: index.html
  "group" INTEGER NOT NULL,  -- The group of the patches or traps that use the filter. Example: 1
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The filter.
  "provider" TEXT NOT NULL,  -- Whose error it is. Example: Pusher Channels
  "text" TEXT NOT NULL,  -- The beginning of the error text, as a person would quote it.
  "own" INTEGER NOT NULL  -- Whether it is an error of a provider that this project uses, not of the dev server.
);
CREATE INDEX hidden_error_file ON hidden_error ("file");

-- A group of console patches, with what they do to messages.
CREATE TABLE suppressor (
  "file" TEXT NOT NULL,  -- The file. Example: index.html
  "group" INTEGER NOT NULL,  -- The group. Example: 1
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The first patch.
  "other_at" INTEGER REFERENCES site (id),  -- Another patch of the group.
  "methods" TEXT NOT NULL,  -- The methods that forward least, in words. Example: console.error and console.warn
  "forwards" TEXT NOT NULL,  -- all, some or none: the weakest of its patches; stripped. Example: some
  "serious" INTEGER NOT NULL,  -- Whether errors or warnings are among what is replaced.
  "role" TEXT NOT NULL,  -- Role of the file. Example: app
  "runtime" TEXT NOT NULL,  -- browser, server or unknown. Example: browser
  "hides" TEXT NOT NULL,  -- Whose real errors its filters hide, in words; empty when none is known. Example: Pusher
  "sample" TEXT NOT NULL,  -- Hidden error texts in quotation marks, or empty.
  "filter_at" INTEGER REFERENCES site (id)  -- The filter that hides it.
);
CREATE INDEX suppressor_file ON suppressor ("file");

-- The hot-reload socket of a development server that runs in a compose service.
CREATE TABLE dev_socket (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The option that names the port.
  "port" TEXT NOT NULL,  -- The port that the browser is told. Example: 24678
  "service" TEXT NOT NULL,  -- The service. Example: dashboard
  "service_at" INTEGER NOT NULL REFERENCES site (id),  -- The service.
  "published" TEXT NOT NULL,  -- yes, no, or elsewhere: published on another host port. Example: no
  "host_port" TEXT NOT NULL,  -- The host port it is published on, or empty. Example: 24679
  "host_network" INTEGER NOT NULL  -- Whether the service uses the host's network.
);

-- An empty handler of an error of a real-time object.
CREATE TABLE silent_handler (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "receiver" TEXT NOT NULL,  -- The object as written. Example: socket
  "event" TEXT NOT NULL,  -- The event. Example: connect_error
  "role" TEXT NOT NULL,  -- Role of the file. Example: app
  "client" TEXT NOT NULL,  -- Title of the provider whose client it is. Example: Socket.IO
  "client_at" INTEGER NOT NULL REFERENCES site (id)  -- Where the client is made.
);

-- A public cluster of a provider.
CREATE TABLE provider_cluster (
  "provider" TEXT NOT NULL,  -- The provider's name. Example: pusher
  "name" TEXT NOT NULL  -- The cluster. Example: us2
);

-- A `!reset` or `!override`: what weaker files, or an extended service, say of it does not count.
CREATE TABLE compose_reset (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: web
  "key" TEXT NOT NULL  -- The path of keys below the service; empty for all of it. Example: environment.KEY
);
CREATE INDEX compose_reset_service ON compose_reset ("service");

-- One entry of `include`: a project of its own whose services are added to this one.
CREATE TABLE compose_include (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "path" TEXT NOT NULL,  -- Its first compose file; empty where one of them can't be read. Example: db/compose.yaml
  "directory" TEXT NOT NULL  -- Its project directory. Example: db
);

-- What one file says in the `build` of a service, before other files and defaults add the rest.
CREATE TABLE compose_build_options (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: web
  "context" TEXT,  -- The context, from the repository's root; NULL when it is not said. Example: web
  "dockerfile" TEXT,  -- The Dockerfile, from the context; empty where it is not known, NULL when not said. Example: a.Dockerfile
  "target" TEXT,  -- The stage; NULL when it is not said. Example: dev
  "known" INTEGER NOT NULL,  -- Whether the context lies in the repository.
  "inline" INTEGER NOT NULL  -- Whether the Dockerfile is written into the compose file.
);
CREATE INDEX compose_build_options_service ON compose_build_options ("service");

-- A volume of a service, of whatever kind: it hides a weaker file's volume with the same target.
CREATE TABLE compose_volume (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: web
  "target" TEXT NOT NULL  -- Path in the container. Example: /app/node_modules
);
CREATE INDEX compose_volume_service ON compose_volume ("service");

-- An entry of the top-level `secrets` or `configs`.
CREATE TABLE compose_resource (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "kind" TEXT NOT NULL,  -- secrets or configs. Example: secrets
  "name" TEXT NOT NULL,  -- Its name. Example: pusher_key
  "path" TEXT NOT NULL,  -- The file that holds it; empty when it comes from elsewhere. Example: secrets/key.txt
  "variable" TEXT NOT NULL  -- The variable that holds it, or empty. Example: PUSHER_KEY
);

-- A command line that starts compose with files, env files or profiles of its own.
CREATE TABLE compose_command (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directory" TEXT NOT NULL  -- Folder of the file that holds the command. Example: deploy
);

-- Where one client connects to in one environment.
CREATE TABLE connection (
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "environment" INTEGER NOT NULL,  -- The environment. Example: 1
  "tls" TEXT NOT NULL,  -- yes, no or unknown: whether the page's protocol aside TLS is on. Example: yes
  "host_state" TEXT NOT NULL,  -- State of the host. Example: absent
  "host" TEXT NOT NULL,  -- The host when known. Example: localhost
  "host_option" TEXT NOT NULL,  -- The option for it. Example: wsHost
  "host_at" INTEGER NOT NULL REFERENCES site (id),  -- What decides the host; the constructor when it is absent.
  "host_value_id" INTEGER NOT NULL,  -- The host with its provenance. Example: 7
  "host_is" TEXT NOT NULL,  -- What the host really is when it can't be right here, or empty. Example: a cluster
  "cluster_state" TEXT NOT NULL,  -- State of the cluster. Example: known
  "cluster" TEXT NOT NULL,  -- The cluster when known. Example: eu
  "cluster_at" INTEGER NOT NULL REFERENCES site (id),  -- What decides the cluster; the constructor when it is absent.
  "cluster_value_id" INTEGER NOT NULL,  -- The cluster with its provenance. Example: 8
  "cluster_public" INTEGER NOT NULL,  -- Whether it is a public cluster, or one that the configuration names.
  "cluster_required" INTEGER NOT NULL,  -- Whether the version in use is known to throw without a cluster.
  "port_state" TEXT NOT NULL,  -- State of the port for plain connections. Example: known
  "port" TEXT NOT NULL,  -- That port when known. Example: 6001
  "port_at" INTEGER NOT NULL REFERENCES site (id),  -- What decides it.
  "port_value_id" INTEGER NOT NULL,  -- That port with its provenance. Example: 9
  "tls_port_state" TEXT NOT NULL,  -- State of the port for TLS connections. Example: absent
  "tls_port" TEXT NOT NULL,  -- That port when known, or the default. Example: 443
  "tls_port_at" INTEGER NOT NULL REFERENCES site (id),  -- What decides it.
  "tls_port_value_id" INTEGER NOT NULL,  -- That port with its provenance. Example: 10
  "server" TEXT NOT NULL,  -- The project's own server, which no client here is given the host of; or empty. Example: Soketi
  "server_at" INTEGER REFERENCES site (id),  -- What says so: the compose service, the variable, or the option.
  "library_at" INTEGER REFERENCES site (id)  -- What says which version of the library is in use.
);
CREATE INDEX connection_client ON connection ("client");

-- A name that only other containers of a compose project can resolve.
CREATE TABLE container_name (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The service.
  "package" TEXT NOT NULL,  -- Folder of a package in or below the compose file's folder. Example: apps/web
  "name" TEXT NOT NULL,  -- The service's name, its container's name or an alias. Example: soketi
  "service" TEXT NOT NULL  -- The service. Example: soketi
);
CREATE INDEX container_name_name ON container_name ("name");

-- A real-time server in another container than the service that an environment describes.
CREATE TABLE neighbour_broadcaster (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The service with the real-time server.
  "environment" INTEGER NOT NULL,  -- The environment. Example: 1
  "service" TEXT NOT NULL,  -- The service with the real-time server. Example: soketi
  "title" TEXT NOT NULL  -- Title of the real-time server. Example: Soketi
);
CREATE INDEX neighbour_broadcaster_environment ON neighbour_broadcaster ("environment");

-- A Vite development server in a container that publishes its port.
CREATE TABLE vite_server (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The option that names its host; else the service.
  "service" TEXT NOT NULL,  -- The service. Example: web
  "port" TEXT NOT NULL,  -- The port in the container. Example: 5173
  "published" TEXT NOT NULL,  -- The port on the host; empty when Docker chooses it. Example: 5173
  "reachable" TEXT NOT NULL  -- yes, no or unknown: whether it listens beyond the container's loopback. Example: no
);

-- A real-time secret that everybody can read: in a browser bundle, or in a file of the repository.
CREATE TABLE exposed_secret (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable, or the client's option. Example: VITE_PUSHER_SECRET
  "how" TEXT NOT NULL,  -- prefix (the bundler hands it out), client (browser code uses it) or committed. Example: prefix
  "prefix" TEXT NOT NULL,  -- The public prefix, or empty. Example: VITE_
  "real" INTEGER NOT NULL  -- Whether the value is none that only stands for a secret; 1 when it is not known.
);

-- The client and the server of one environment use different keys or clusters.
CREATE TABLE key_mismatch (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The option. Example: key
  "value" TEXT NOT NULL,  -- The client's value. Example: a1b2c3d4
  "value_id" INTEGER NOT NULL,  -- It with its provenance. Example: 7
  "server_value" TEXT NOT NULL,  -- The server's value. Example: e5f6a7b8
  "server_at" INTEGER NOT NULL REFERENCES site (id),  -- Where the server's value is set.
  "environment" TEXT NOT NULL  -- Name of the client's environment. Example: production mode
);

-- An environment that gives a server a part of a provider's credentials.
CREATE TABLE incomplete_credentials (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "provider" TEXT NOT NULL,  -- Title of the provider. Example: Pusher Channels
  "given" TEXT NOT NULL,  -- A variable that is set. Example: PUSHER_APP_ID
  "missing" TEXT NOT NULL,  -- The one that code reads and that is not set there. Example: PUSHER_APP_SECRET
  "read_at" INTEGER NOT NULL REFERENCES site (id),  -- Where code reads it.
  "environment" TEXT NOT NULL  -- Name of the environment. Example: service api of compose.yaml
);

-- A real-time variable that code reads and that no example file of its package lists.
CREATE TABLE example_gap (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_KEY
  "example" TEXT NOT NULL,  -- The example file nearest to the package. Example: apps/web/.env.example
  "example_at" INTEGER NOT NULL REFERENCES site (id),  -- Its first entry.
  "set_at" INTEGER NOT NULL REFERENCES site (id)  -- Where it is set.
);

-- A blank value that hides the one which a weaker source sets.
CREATE TABLE shadowed_value (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_KEY
  "hidden_at" INTEGER NOT NULL REFERENCES site (id),  -- The source that it hides.
  "environment" TEXT NOT NULL  -- Name of the environment. Example: service web of compose.yaml
);

-- A policy in a page: `<meta http-equiv="Content-Security-Policy">`.
CREATE TABLE csp_meta (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "policy" TEXT NOT NULL  -- The policy as written. Example: default-src 'self'
);

-- A host that a client connects to and that the policy of its page does not list.
CREATE TABLE blocked_connection (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directive" TEXT NOT NULL,  -- connect-src, or default-src where that stands in for it. Example: connect-src
  "host" TEXT NOT NULL,  -- What the client connects to. Example: wss://ws-eu.pusher.com
  "client" TEXT NOT NULL,  -- Title of the client's provider. Example: Pusher Channels
  "client_at" INTEGER NOT NULL REFERENCES site (id),  -- Where the client is made.
  "environment" TEXT NOT NULL  -- Name of the environment. Example: production mode
);

-- One statement that gives a module's name URL patterns, or adds some to it.
CREATE TABLE url_patterns (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The module-level name that holds them. Example: urlpatterns
  "extends" INTEGER NOT NULL  -- Whether the statement adds to what the name held before.
);
CREATE INDEX url_patterns_name ON url_patterns ("name");

-- What `ProtocolTypeRouter` of Django Channels hands WebSockets to.
CREATE TABLE socket_patterns (
  "at" INTEGER NOT NULL REFERENCES site (id)  -- Where it stands.
);

-- A router of Django REST framework.
CREATE TABLE url_router (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The module-level name that holds it. Example: router
  "form" TEXT NOT NULL  -- default or simple; empty for one that is not understood. Example: default
);
CREATE INDEX url_router_name ON url_router ("name");

-- `router.register(prefix, viewset)`; without a prefix, a use of a router that is not understood.
CREATE TABLE url_registration (
  "at" INTEGER NOT NULL REFERENCES site (id)  -- Where it stands.
);

-- A class that may be a view set, with what it derives from.
CREATE TABLE view_set_class (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The name of the class. Example: OrderViewSet
  "lookup" INTEGER NOT NULL  -- Whether it changes how its detail routes are looked up.
);
CREATE INDEX view_set_class_name ON view_set_class ("name");

-- A method of a view set that `@action` makes a route of; `path` is a regular expression, None if not known.
CREATE TABLE view_set_action (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "owner" TEXT NOT NULL,  -- The name of the class. Example: OrderViewSet
  "detail" INTEGER NOT NULL  -- Whether it stands below one object, not below the list.
);
CREATE INDEX view_set_action_owner ON view_set_action ("owner");

-- A setting that decides about paths: ROOT_URLCONF, FORCE_SCRIPT_NAME, USE_I18N.
CREATE TABLE django_setting (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL  -- The setting. Example: ROOT_URLCONF
);
CREATE INDEX django_setting_name ON django_setting ("name");

-- A `FROM` of a Dockerfile. `image` is its image with the variables in it.
CREATE TABLE docker_stage (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "number" INTEGER NOT NULL,  -- Position of the stage, from 0. Example: 1
  "name" TEXT NOT NULL,  -- Its name in lower case, or empty. Example: build
  "base" TEXT NOT NULL  -- The image or the stage it starts from, as written. Example: node:22-alpine
);

-- A name that `ARG` declares. With a default there is an `EnvSet` at the same site too.
CREATE TABLE docker_arg (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "stage" INTEGER NOT NULL,  -- The stage it is declared in; -1 above the first FROM. Example: 0
  "name" TEXT NOT NULL  -- The build argument. Example: VITE_PUSHER_KEY
);
CREATE INDEX docker_arg_name ON docker_arg ("name");

-- A command: one that the build runs, or what the image starts.
CREATE TABLE docker_run (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "stage" INTEGER NOT NULL,  -- The stage. Example: 0
  "kind" TEXT NOT NULL,  -- run, cmd, entrypoint, or onbuild for any instruction behind ONBUILD. Example: run
  "command" TEXT NOT NULL,  -- The command line, with the texts of its heredocs. Example: npm run build
  "flags" TEXT NOT NULL  -- The instruction's flags, parted by spaces. Example: --mount=type=cache,target=/x
);

-- A `COPY` or `ADD`. `sources` are paths below the build context, or in the stage or image `from_stage`.
CREATE TABLE docker_copy (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "stage" INTEGER NOT NULL,  -- The stage. Example: 0
  "from_stage" TEXT NOT NULL,  -- The stage or image that it copies from; empty for the context. Example: build
  "dest" TEXT NOT NULL  -- Where to, as written. Example: /usr/share/nginx/html
);

-- A port that a Dockerfile exposes.
CREATE TABLE docker_expose (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "stage" INTEGER NOT NULL,  -- The stage. Example: 0
  "port" TEXT NOT NULL  -- The port as written. Example: 3000/tcp
);

-- A line of a .dockerignore: what it covers does not reach the build.
CREATE TABLE context_exclusion (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "pattern" TEXT NOT NULL  -- The pattern; `!` at its start takes paths back in. Example: **/.env*
);

-- A variable that a bundler replaces while an image is built, and that only the running container is given.
CREATE TABLE late_variable (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where the container is given it.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_KEY
  "package" TEXT NOT NULL,  -- Folder of the package. Example: apps/web
  "service" TEXT NOT NULL,  -- The compose service. Example: web
  "bundler" TEXT NOT NULL,  -- Who replaces it. Example: Vite
  "realtime" INTEGER NOT NULL,  -- Whether it is part of the real-time setup.
  "reason" TEXT NOT NULL,  -- undeclared: the argument is; ignored: the dotenv file is kept out; else late. Example: late
  "build_at" INTEGER NOT NULL REFERENCES site (id),  -- The RUN that builds the bundle.
  "final_at" INTEGER NOT NULL REFERENCES site (id),  -- What the image starts.
  "read_at" INTEGER NOT NULL REFERENCES site (id),  -- A read of it in browser code.
  "argument_at" INTEGER REFERENCES site (id),  -- A build argument of that name, which the stage does not declare.
  "ignored_at" INTEGER REFERENCES site (id)  -- A dotenv file's line that sets it and does not reach the build.
);

-- The version of a real-time package that a lock file fixes.
CREATE TABLE locked_dependency (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "directory" TEXT NOT NULL,  -- Folder of the package that gets this version; that of the lock file for all.
  "name" TEXT NOT NULL,  -- The package. Example: pusher-js
  "ranges" TEXT NOT NULL,  -- The ranges that the entry answers, parted by `, `; empty for any. Example: ^8.4.0
  "version" TEXT NOT NULL  -- The version. Example: 8.4.0
);
CREATE INDEX locked_dependency_name ON locked_dependency ("name");

-- A class with `@Controller(...)` or `@Module(...)`.
CREATE TABLE nest_class (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "kind" TEXT NOT NULL,  -- controller or module. Example: controller
  "name" TEXT NOT NULL,  -- The class. Example: PusherController
  "base" TEXT NOT NULL  -- The class that it extends, empty for none. Example: BaseController
);
CREATE INDEX nest_class_name ON nest_class ("name");

-- A method with `@Get(...)`, `@Post(...)`, `@All(...)`, `@Sse(...)`.
CREATE TABLE nest_route (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "owner" TEXT NOT NULL,  -- The class. Example: PusherController
  "base" TEXT NOT NULL,  -- The class that the owner extends, empty for none. Example: BaseController
  "handler" TEXT NOT NULL,  -- The method's name, which one of a derived class replaces. Example: auth
  "method" TEXT NOT NULL  -- GET, POST, ...; `*` for any. Example: POST
);
CREATE INDEX nest_route_owner ON nest_route ("owner");

-- A class with `@WebSocketGateway(port?, {path, namespace, transports})`.
CREATE TABLE nest_gateway (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL  -- The class. Example: EventsGateway
);

-- A call that shapes an application: `NestFactory.create`, `setGlobalPrefix`, `enableVersioning`, ...
CREATE TABLE nest_setup (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "call" TEXT NOT NULL  -- create, setGlobalPrefix, enableVersioning, useWebSocketAdapter, use or opaque. Example: setGlobalPrefix
);

-- An option that stands in the options of a client and that its library does not read.
CREATE TABLE ignored_option (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The option.
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "library" TEXT NOT NULL,  -- Title of the library. Example: Pusher Channels
  "name" TEXT NOT NULL,  -- The option, with the keys that lead to it. Example: auth.endpoint
  "reason" TEXT NOT NULL,  -- listed (known to be ignored), typo, or beside (another option is read instead).
  "instead" TEXT NOT NULL,  -- The option that is meant, or what to do, or empty. Example: wsHost
  "why" TEXT NOT NULL,  -- Why it is not read, as a clause. Example: pusher-js has no such option
  "other_at" INTEGER REFERENCES site (id),  -- The option beside which it is not read.
  "harmless" INTEGER NOT NULL  -- Whether the library behaves as the option says all the same.
);
CREATE INDEX ignored_option_client ON ignored_option ("client");

-- A variable that a client reads for one field and that is named after another one.
CREATE TABLE misplaced_credential (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- The option.
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "option" TEXT NOT NULL,  -- The option. Example: key
  "variable" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_APP_ID
  "field" TEXT NOT NULL,  -- What its name says that it is. Example: the app id
  "read_at" INTEGER NOT NULL REFERENCES site (id)  -- Where the variable is read.
);
CREATE INDEX misplaced_credential_client ON misplaced_credential ("client");

-- A window-wide handler that keeps errors back.
CREATE TABLE page_trap (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "event" TEXT NOT NULL,  -- error or unhandledrejection. Example: error
  "effect" TEXT NOT NULL,  -- What keeps the event back. Example: preventDefault
  "conditional" INTEGER NOT NULL,  -- Whether only some errors are kept back.
  "reports" INTEGER NOT NULL,  -- Whether every error that is kept back was passed on.
  "harmless" INTEGER NOT NULL,  -- Whether all that is kept back is the browser's notice of a ResizeObserver.
  "role" TEXT NOT NULL  -- Role of the page's script. Example: app
);

-- A replacement of a network API by which failures vanish.
CREATE TABLE lossy_patch (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "target" TEXT NOT NULL,  -- What is replaced. Example: WebSocket.prototype.send
  "losing" TEXT NOT NULL,  -- stub, some, catch or events: how failures vanish. Example: catch
  "losing_at" INTEGER REFERENCES site (id),  -- Where they vanish.
  "role" TEXT NOT NULL,  -- Role of the page's script. Example: app
  "runtime" TEXT NOT NULL  -- browser, server or unknown. Example: browser
);

-- A class or trait of a PHP file, with the full names of what it extends and of the traits that it uses.
CREATE TABLE php_class (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL  -- The full name. Example: App\Providers\RouteServiceProvider
);
CREATE INDEX php_class_name ON php_class ("name");

-- A route of Laravel.
CREATE TABLE laravel_route (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "owner" TEXT NOT NULL,  -- The method that holds it, `Class.method`; empty for the file. Example: Routes.map
  "method" TEXT NOT NULL  -- GET, POST, ...; `*` for any. Example: POST
);
CREATE INDEX laravel_route_owner ON laravel_route ("owner");

-- A place that brings in more routes: a file, a method of the same class, or a service provider.
CREATE TABLE laravel_load (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "owner" TEXT NOT NULL,  -- The method that holds it, `Class.method`; empty for the file. Example: Routes.map
  "form" TEXT NOT NULL  -- file, method or provider. Example: file
);
CREATE INDEX laravel_load_owner ON laravel_load ("owner");

-- A place where Laravel takes on routes that can't be read from the file.
CREATE TABLE opaque_laravel_routes (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "owner" TEXT NOT NULL,  -- The method that holds it, `Class.method`; empty for the file. Example: Routes.map
  "reason" TEXT NOT NULL  -- Why they are not known. Example: a macro
);
CREATE INDEX opaque_laravel_routes_owner ON opaque_laravel_routes ("owner");

-- A leaf of what a file of Laravel's configuration returns; a list is one leaf.
CREATE TABLE laravel_config (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "key" TEXT NOT NULL  -- The path of keys, as `config()` takes it. Example: broadcasting.default
);
CREATE INDEX laravel_config_key ON laravel_config ("key");

-- Something that kept rtlint from reading a file, or a part of it, as it is meant to be read.
CREATE TABLE problem (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "code" TEXT NOT NULL,  -- The rule that reports it. Example: RT901
  "message" TEXT NOT NULL  -- What is wrong, as a clause without a full stop. Example: the string is never closed
);
CREATE INDEX problem_code ON problem ("code");

-- A server of a proxy's configuration: nginx's `server`, a site of Caddy, or the top of a file (number 0).
CREATE TABLE proxy_server (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "tool" TEXT NOT NULL,  -- nginx or caddy. Example: nginx
  "server" INTEGER NOT NULL,  -- Its number within the file, from 1; 0 for the top of the file. Example: 1
  "names" TEXT NOT NULL,  -- Host names, with spaces between. Example: example.com www.example.com
  "ports" TEXT NOT NULL,  -- Ports that it listens on, with spaces between. Example: 80 443
  "complete" INTEGER NOT NULL,  -- Whether everything in it that sends requests somewhere is understood.
  "action" TEXT NOT NULL  -- What it does before any rule: none, or return. Example: return
);

-- A named group of servers: nginx's `upstream`.
CREATE TABLE proxy_upstream (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- Its name. Example: backend
  "servers" TEXT NOT NULL  -- Addresses, with spaces between. Example: api:8000 api2:8000
);
CREATE INDEX proxy_upstream_name ON proxy_upstream ("name");

-- A rule that sends some paths somewhere: nginx's `location`, Caddy's `handle`, a key of Vite's `server.proxy`.
CREATE TABLE proxy_rule (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "tool" TEXT NOT NULL,  -- nginx, caddy, traefik, vite, webpack, next, vercel, ... Example: nginx
  "server" INTEGER NOT NULL,  -- Number of the server within the file; 0 where there is none. Example: 1
  "rule" INTEGER NOT NULL,  -- Its number within the file, in the order of the file, from 1. Example: 3
  "parent" INTEGER NOT NULL,  -- The rule around it; 0 for none. Example: 0
  "matcher" TEXT NOT NULL,  -- exact, prefix, prefix-stop (`^~`), regex, regex-i, glob, pattern, named. Example: prefix
  "pattern" TEXT NOT NULL,  -- What paths are compared with. Example: /api/
  "action" TEXT NOT NULL,  -- proxy, files, return, fastcgi, or none. Example: proxy
  "scheme" TEXT NOT NULL,  -- Scheme of the target, or empty. Example: http
  "host" TEXT NOT NULL,  -- Host or upstream of the target; empty when it is not known. Example: api
  "port" TEXT NOT NULL,  -- Port of the target, or empty. Example: 8000
  "websocket" TEXT NOT NULL,  -- Whether it passes a WebSocket's handshake on: yes, no or unknown. Example: no
  "serves_files" INTEGER NOT NULL,  -- Whether it answers with files, at least for some paths.
  "complete" INTEGER NOT NULL,  -- Whether everything that decides the target and its path is understood.
  "target_at" INTEGER NOT NULL REFERENCES site (id)  -- Where the target stands; the rule itself when it has none.
);

-- A header that a proxy adds to responses: nginx's `add_header`, Caddy's `header`.
CREATE TABLE proxy_header (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "server" INTEGER NOT NULL,  -- Number of the server within the file; 0 outside of one. Example: 1
  "rule" INTEGER NOT NULL,  -- Number of the rule within the file; 0 outside of one. Example: 3
  "name" TEXT NOT NULL,  -- The header, as written. Example: Content-Security-Policy
  "value" TEXT NOT NULL,  -- Its value. Example: default-src 'self'
  "always" INTEGER NOT NULL  -- Whether error responses have it too.
);
CREATE INDEX proxy_header_name ON proxy_header ("name");

-- Another file that a configuration takes in.
CREATE TABLE proxy_include (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "server" INTEGER NOT NULL,  -- Number of the server that it stands in; 0 outside of one. Example: 1
  "rule" INTEGER NOT NULL,  -- Number of the rule that it stands in; 0 outside of one. Example: 0
  "pattern" TEXT NOT NULL  -- The path as written, with its wildcards. Example: /etc/nginx/conf.d/*.conf
);

-- A label of a compose service.
CREATE TABLE compose_label (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "service" TEXT NOT NULL,  -- The service. Example: api
  "key" TEXT NOT NULL,  -- The label's name. Example: traefik.enable
  "value" TEXT NOT NULL  -- Its value as written. Example: true
);
CREATE INDEX compose_label_service ON compose_label ("service");
CREATE INDEX compose_label_key ON compose_label ("key");

-- A route of Rails with its full path as far as the file says it.
CREATE TABLE rails_route (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "method" TEXT NOT NULL,  -- GET, POST, ...; `*` for any. Example: GET
  "path" TEXT NOT NULL,  -- The path, as `ServedRoute` spells it. Example: /admin/users/{id}
  "protocol" TEXT NOT NULL,  -- http, or ws for Action Cable's server. Example: http
  "mounted_at" INTEGER REFERENCES site (id)  -- The outermost scope that shapes the path.
);

-- `draw(:name)`, which reads config/routes/name.rb in the scope that it stands in.
CREATE TABLE rails_draw (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The file's name without its ending; empty when it can't be read. Example: admin
  "prefix" TEXT NOT NULL  -- The path of the scopes around it. Example: /admin
);

-- A place where Rails takes on routes that can't be read from the file.
CREATE TABLE opaque_rails_routes (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "reason" TEXT NOT NULL  -- Why they are not known. Example: devise_for
);

-- A setting of Action Cable: `config.action_cable.x` in Ruby, or a key of an environment in config/cable.yml.
CREATE TABLE cable_setting (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "environment" TEXT NOT NULL,  -- The environment that it holds in; empty for all. Example: production
  "key" TEXT NOT NULL  -- mount_path, url, allowed_request_origins, adapter, ... Example: url
);
CREATE INDEX cable_setting_key ON cable_setting ("key");

-- An application, a router or a WebSocket server that is made here.
CREATE TABLE server_object (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "maker" TEXT NOT NULL,  -- fastify, koa, koa-router, hono or ws. Example: fastify
  "name" TEXT NOT NULL  -- What receives it: `app`, `Server#app`, or empty. Example: app
);

-- A method that may add routes, called on what may be a server or router.
CREATE TABLE server_call (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "method" TEXT NOT NULL  -- The method: get, register, use, ... Example: register
);

-- A server or router, named as in `ServerCall`, that is given to a function, which may add routes to it.
CREATE TABLE server_handover (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "text" TEXT NOT NULL,  -- The callee as written. Example: registerRoutes
  "position" INTEGER NOT NULL  -- Which argument it is, from 0; -1 for a part of an object. Example: 0
);

-- A handler of `upgrade` requests of an HTTP server, with the paths that it compares the request's with.
CREATE TABLE upgrade_handler (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "known" INTEGER NOT NULL  -- Whether the handler takes these paths only, or any when there are none. Example: 1
);

-- A path that a native WebSocket opens at the application's own backend, in one environment.
CREATE TABLE socket_endpoint (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "client" INTEGER NOT NULL,  -- The client. Example: 1
  "environment" INTEGER NOT NULL,  -- The environment. Example: 1
  "path" TEXT NOT NULL,  -- The path. Example: /ws/chat
  "option_at" INTEGER NOT NULL REFERENCES site (id),  -- The URL at the client.
  "value_id" INTEGER NOT NULL,  -- The URL with its provenance. Example: 7
  "served" TEXT NOT NULL,  -- yes, no or unknown: whether a WebSocket route of the backends serves it. Example: no
  "nearest_path" TEXT NOT NULL,  -- The WebSocket route most like it, or empty. Example: /ws/chat/{room}
  "nearest_at" INTEGER REFERENCES site (id),  -- Where that is served.
  "served_path" TEXT NOT NULL  -- nearest_path where the client would reach it under that path, else empty.
);
CREATE INDEX socket_endpoint_client ON socket_endpoint ("client");

-- A proxy rule that takes the path of a client's socket and does not pass the handshake on.
CREATE TABLE proxy_without_upgrade (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "tool" TEXT NOT NULL,  -- nginx, vite, webpack, ... Example: nginx
  "path" TEXT NOT NULL,  -- The path that the client opens. Example: /socket.io/
  "client" TEXT NOT NULL,  -- Title of the client's provider. Example: Socket.IO
  "client_at" INTEGER NOT NULL REFERENCES site (id),  -- Where the client is made.
  "polling" INTEGER NOT NULL  -- Whether the client falls back to polling.
);

-- The port that a browser client is told to use on this machine, which no service publishes.
CREATE TABLE unpublished_port (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "port" TEXT NOT NULL,  -- The port. Example: 6001
  "environment" TEXT NOT NULL,  -- Name of the environment. Example: development mode
  "service" TEXT NOT NULL,  -- The service that listens there. Example: soketi
  "service_at" INTEGER NOT NULL REFERENCES site (id),  -- The service.
  "published" TEXT NOT NULL,  -- The host port that it is published on instead, or empty. Example: 6002
  "client_at" INTEGER NOT NULL REFERENCES site (id)  -- Where the client is made.
);

-- A Socket.IO client that asks for another path than the only server of the repository has.
CREATE TABLE socket_path_mismatch (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "path" TEXT NOT NULL,  -- The client's path. Example: /socket.io/
  "server_path" TEXT NOT NULL,  -- The server's path. Example: /realtime/
  "server_at" INTEGER NOT NULL REFERENCES site (id),  -- Where the server's path is set.
  "reason" TEXT NOT NULL,  -- path, or namespace (a path in the URL is a namespace, which the server lacks). Example: path
  "environment" TEXT NOT NULL  -- Name of the environment. Example: development mode
);

-- A client whose protocol the server does not speak.
CREATE TABLE protocol_mismatch (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "reason" TEXT NOT NULL,  -- version (Engine.IO), native (a WebSocket to Socket.IO) or socketio (Socket.IO to a WebSocket).
  "client" TEXT NOT NULL,  -- The client, with its version where that decides. Example: socket.io-client 2
  "server" TEXT NOT NULL,  -- The server, with its version where that decides. Example: socket.io 4
  "server_at" INTEGER NOT NULL REFERENCES site (id)  -- Where the server stands.
);

-- An option of a Socket.IO server that keeps pages out.
CREATE TABLE origin_problem (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "reason" TEXT NOT NULL,  -- origins (an option of version 2), scheme, credentials, or missing.
  "origin" TEXT NOT NULL,  -- The origin in question. Example: http://localhost:5173
  "other_at" INTEGER REFERENCES site (id)  -- The client, or the option that contradicts; empty where there is none.
);

-- Two competing real-time clients of one package.
CREATE TABLE mixed_clients (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "package" TEXT NOT NULL,  -- The dependency. Example: socket.io-client
  "other" TEXT NOT NULL,  -- The competing one. Example: pusher-js
  "other_at" INTEGER NOT NULL REFERENCES site (id),  -- Where that is listed.
  "used" INTEGER NOT NULL  -- Whether code uses both; 0 when nothing imports `package`.
);

-- A command that starts a Socket.IO server in several processes, with nothing that keeps its sessions together.
CREATE TABLE unsticky_workers (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "workers" TEXT NOT NULL,  -- How many, as written. Example: 4
  "server" TEXT NOT NULL,  -- The server's package. Example: flask-socketio
  "server_at" INTEGER NOT NULL REFERENCES site (id)  -- Where it is listed.
);

-- A value of a real-time switch that means one state and that the code takes for the other.
CREATE TABLE misread_flag (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The variable. Example: VITE_PUSHER_ENABLED
  "value" TEXT NOT NULL,  -- Its value as set. Example: 1
  "meant" TEXT NOT NULL,  -- What it means: on or off. Example: on
  "reason" TEXT NOT NULL,  -- compared (with another spelling) or truthy (any text counts as on). Example: compared
  "expected" TEXT NOT NULL,  -- The spelling that the code compares with, or empty. Example: true
  "environment" TEXT NOT NULL,  -- Name of the environment. Example: production mode
  "environment_kind" TEXT NOT NULL,  -- Its kind. Example: dotenv
  "code_at" INTEGER NOT NULL REFERENCES site (id)  -- The comparison or condition.
);

-- A real-time switch that is on where the key of the client is not set.
CREATE TABLE flag_without_key (
  "at" INTEGER NOT NULL REFERENCES site (id),  -- Where it stands.
  "name" TEXT NOT NULL,  -- The switch. Example: VITE_ENABLE_PUSHER
  "value" TEXT NOT NULL,  -- Its value as set. Example: true
  "key" TEXT NOT NULL,  -- The variable of the key. Example: VITE_PUSHER_KEY
  "key_state" TEXT NOT NULL,  -- blank or unset. Example: blank
  "key_at" INTEGER NOT NULL REFERENCES site (id),  -- Where it is blank; where code reads it when it is unset.
  "client" TEXT NOT NULL,  -- Title of the client's provider. Example: Pusher Channels
  "client_at" INTEGER NOT NULL REFERENCES site (id),  -- Where the client is made.
  "environment" TEXT NOT NULL  -- Name of the environment. Example: production mode
);
