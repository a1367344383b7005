-- The vocabulary of the rules. Rules read these views and nothing else; tables may change, views are a promise.
-- Every view carries the filters that all its readers want (app files, the right runtime), so that no rule repeats them.
-- `at` and columns that end in `_at` are sites; `value_id` is a value with its provenance.

-- raw_socket: app code in the browser opens a native WebSocket, itself or through a thin wrapper.
--   at: the construction
--   text: the constructor as written
--   managed: a managed client that the same package depends on, or empty
--   managed_at: where that dependency is listed
--   adapter: 1 when the file hands the socket to a protocol of its own (GraphQL, Yjs, MQTT)
CREATE VIEW raw_socket AS
SELECT at, text, managed_sibling AS managed, managed_at, adapter
FROM client WHERE kind = 'socket' AND role = 'app' AND runtime = 'browser';

-- app_setting: the value that an option of a client in app code has in one environment.
--   at: the place that decides the value
--   option_at: the option at the client
--   client_at: the construction of the client
--   provider: the provider's name
--   provider_kind: managed, socket or server
--   name: the option
--   kind: key, secret, cluster, url, host, port, path, tls, flag or other
--   state: known, unset, absent or unknown
--   value: the value, empty unless state is known or a default holds
--   value_id: the value with its provenance
--   scheme: scheme of a URL, else empty
--   host: host of a URL or the host itself
--   port: port that a URL names, else empty
--   host_scope: local, private, public or empty
--   target_scope: scope of the host that the client talks to, unknown when it is not known
--   environment: name of the environment
--   environment_kind: compose, docker, dotenv, example or default
--   production: yes, no or unknown
--   runtime: browser, server or unknown
CREATE VIEW app_setting AS
SELECT s.at, s.option_at, c.at AS client_at, c.provider, c.kind AS provider_kind, s.name, s.kind, s.state, s.value,
  s.value_id, s.scheme, s.host, s.port, s.host_scope, s.target_scope, e.name AS environment, e.kind AS environment_kind, e.production,
  c.runtime
FROM client_setting s JOIN client c ON c.id = s.client JOIN environment e ON e.id = s.environment
WHERE c.role = 'app';

-- setting_origin: a place that may decide a setting of a client in app code, in whatever environment.
--   at: the source
--   client_at: the construction of the client
--   provider: the provider's name
--   name: the option
--   kind: as in app_setting
--   source: code, fallback, dotenv, example, dockerfile, compose, compose.default
--   variable: the variable it sets, or empty
--   value: the value
--   value_id: the value with its provenance
--   read: 0 for a source that no code reads and only its name ties to the setting
--   guarded: 1 when code tests for this value before it uses it; 0 for one that is no placeholder
--   placeholder: blank, dummy or empty
CREATE VIEW setting_origin AS
SELECT s.at, c.at AS client_at, c.provider, s.name, s.kind, s.source, s.variable, s.value, s.value_id, s.read,
  s.guarded, s.placeholder
FROM setting_source s JOIN client c ON c.id = s.client WHERE c.role = 'app';

-- endpoint_claim: a source of the path that a client calls to authorize a channel.
--   at: the source
--   path: the path that it names
--   read: 0 when no code reads it
--   served: yes, no or unknown
--   value_id: the value with its provenance
--   agreeing: number of sources with this path
--   other_path: what others name: a served path, else the most common one; empty when all agree
--   other_agreeing: number of sources with other_path
--   other_at: a source that names the other path
--   route_at: the served route nearest to the path
--   served_path: other_path where it is served, else empty
--   client_at: the construction of the client
CREATE VIEW endpoint_claim AS
SELECT s.at, s.path, s.read, s.served, s.value_id, s.agreeing, s.other_path, s.other_agreeing, s.other_at, s.route_at,
  s.served_path, c.at AS client_at
FROM endpoint_source s JOIN client c ON c.id = s.client WHERE c.role = 'app';

-- called_endpoint: a request that a client in app code makes to the application's own backend.
--   at: the source that decides the path
--   method: HTTP method
--   path: the path that is called
--   value_id: the path with its provenance
--   served: yes, no or unknown; no only where every route and the way there are known
--   nearest_path: the served path most like it, or empty
--   nearest_at: where that route is served
--   served_path: nearest_path where the client would reach it under that path, else empty
--   environment: name of the environment
--   environment_kind: compose, docker, dotenv, example or default
--   protected: yes, no or unknown: whether the client has a channel that needs the request
--   provider: the provider's name
CREATE VIEW called_endpoint AS
SELECT p.at, p.method, p.path, p.value_id, p.served, p.nearest_path, p.nearest_at, p.served_path, e.name AS environment,
  iif(e.kind = 'example' AND f.role <> 'example', 'default', e.kind) AS environment_kind, c.protected, c.provider
FROM endpoint p JOIN client c ON c.id = p.client JOIN environment e ON e.id = p.environment
  JOIN site s ON s.id = p.at JOIN source_file f ON f.path = s.path
WHERE c.role = 'app';

-- read_variable: app code reads a real-time variable.
--   at: the read
--   name: the variable
--   optional: 1 when a fallback, a guard or a schema deals with its absence; conditions in code count where it is
--     essential and given by nothing
--   switch: 1 for an on/off switch
--   essential: 1 when it reaches a client, or is named after a provider in use
--   given: yes, no (set nowhere), or mentioned
--   sets_known: 1 when the repository says how this package gets its variables
--   twin: a near twin that is set and unread, or empty
--   runtime: browser, server or unknown
--   exposed: yes, no or unknown: whether the bundler gives it to browser code
--   bundler: the bundler in charge, or empty
--   interface: the object that the bundler replaces
--   prefix: the prefix that it exposes
--   via: the object that the code reads
CREATE VIEW read_variable AS
SELECT at, name, optional, switch, essential, given, sets_known, twin, runtime, exposed, bundler, interface, prefix, via
FROM variable_read WHERE role = 'app';

-- given_variable: an environment sets a real-time variable.
--   at: the place
--   name: the variable
--   value: the value when known
--   place: the service, or the dotenv file
--   source: dotenv, compose.environment, compose.args, dockerfile.arg or dockerfile.env
--   switch: 1 for an on/off switch
--   used: yes, no (nothing reads it), or mentioned
--   reads_known: 1 when no code that may see it reads variables under computed names
--   twin: a near twin that is read and set nowhere, or empty
--   twin_reason: why they are twins
--   twin_at: where the twin is read
CREATE VIEW given_variable AS
SELECT at, name, value, place, source, switch, used, reads_known, twin, twin_reason, twin_at
FROM variable_set WHERE role = 'app';

-- open_secret: a real-time secret in a browser bundle or in a file of the repository.
--   at: where it is set, or used
--   name: the variable, or the client's option
--   how: prefix (the bundler hands it out), client (browser code uses it) or committed
--   prefix: the public prefix, or empty
--   real: 0 for a value that only stands for a secret
CREATE VIEW open_secret AS
SELECT at, name, how, prefix, real FROM exposed_secret;

-- different_key: client and server of one environment use different keys or clusters.
--   at: where the client's value is set
--   name: the option
--   value: the client's value
--   value_id: it with its provenance
--   server_value: the server's value
--   server_at: where that is set
--   environment: name of the client's environment
CREATE VIEW different_key AS
SELECT at, name, value, value_id, server_value, server_at, environment FROM key_mismatch;

-- partial_credentials: an environment gives a server a part of a provider's credentials.
--   at: a variable that is set
--   provider: title of the provider
--   given: that variable
--   missing: the one that code reads and that is not set there
--   read_at: where code reads it
--   environment: name of the environment
CREATE VIEW partial_credentials AS
SELECT at, provider, given, missing, read_at, environment FROM incomplete_credentials;

-- unlisted_variable: a real-time variable that code reads and that no example file of its package lists.
--   at: the read
--   name: the variable
--   example: the example file nearest to the package
--   example_at: its first entry
--   set_at: where it is set
CREATE VIEW unlisted_variable AS
SELECT at, name, example, example_at, set_at FROM example_gap;

-- hidden_value: a blank value hides the one that a weaker source sets.
--   at: the blank
--   name: the variable
--   hidden_at: the source that it hides
--   environment: name of the environment
CREATE VIEW hidden_value AS
SELECT at, name, hidden_at, environment FROM shadowed_value;

-- blank_variable: a real-time `${X}` in a compose file with neither default nor source.
--   at: the interpolation
--   name: the variable
--   file: the compose file
--   env_file_at: where the service's env_file sets it, which is no source of `${X}`
--   example: an example file beside the compose file that lists it, or empty
--   handed_over: 1 when a script, a Makefile or a CI file names the variable
CREATE VIEW blank_variable AS
SELECT at, name, file, env_file_at, example, handed_over FROM blank_interpolation;

-- late_variable_of_bundle: a real-time variable of a bundle in an image that only the running container is given.
--   at: where the container is given it
--   name: the variable
--   service: the compose service
--   bundler: who replaced it
--   reason: undeclared (argument_at is there), ignored (ignored_at is there), or late
--   build_at: the RUN that builds the bundle
--   final_at: what the container starts
--   read_at: a read in browser code
--   argument_at: a build argument of that name which the building stage does not declare
--   ignored_at: a dotenv file's line that sets it and does not reach the build
CREATE VIEW late_variable_of_bundle AS
SELECT at, name, service, bundler, reason, build_at, final_at, read_at, argument_at, ignored_at FROM late_variable
WHERE realtime = 1;

-- flag_disagreement: two sources of one environment give a real-time switch, or its client and server twins, two states.
--   at: the source that loses, or the second twin
--   name: the variable
--   value: as set
--   holder: the service, or the folder of the dotenv files
--   other_at: the source that wins, or the first twin
--   other_name: its variable
--   other_value: its value
--   other_holder: its service or folder
CREATE VIEW flag_disagreement AS
SELECT at, name, value, holder, other_at, other_name, other_value, other_holder FROM flag_drift;

-- flag_choice: two switches that code treats as alternatives, in the same state in one environment.
--   at: what decides the first
--   first: a switch
--   second: its alternative
--   state: on or off
--   environment: name of the environment
--   second_at: what decides the second
--   code_at: the condition that chooses between them
--   has_client: 1 when the package has a real-time client to run
CREATE VIEW flag_choice AS
SELECT at, first, second, state, environment, second_at, code_at, has_client FROM flag_conflict;

-- misread_switch: a value of a real-time switch that means one state and that the code takes for the other.
--   at: the place that sets it
--   name: the variable
--   value: as set
--   meant: on or off
--   reason: compared (with another spelling) or truthy (any text counts as on)
--   expected: the spelling that the code compares with, or empty
--   environment: name of the environment
--   environment_kind: compose, docker, dotenv, example or default
--   code_at: the comparison or condition
CREATE VIEW misread_switch AS
SELECT at, name, value, meant, reason, expected, environment, environment_kind, code_at FROM misread_flag;

-- switch_without_key: a real-time switch is on in an environment where the key of the client is not set.
--   at: the place that switches it on
--   name: the switch
--   value: as set
--   key: the variable of the key
--   key_state: blank or unset
--   key_at: where it is blank; where code reads it when it is unset
--   client: title of the client's provider
--   client_at: where the client is made
--   environment: name of the environment
CREATE VIEW switch_without_key AS
SELECT at, name, value, key, key_state, key_at, client, client_at, environment FROM flag_without_key;

-- console_suppressor: the page or the app replaces console methods.
--   at: the first patch
--   other_at: another patch of the same script
--   methods: the methods that forward least, in words
--   forwards: all, some or none: whether these reach the original; stripped: a bundler removes the calls
--   serious: 1 when error, warn or the whole console are among them
--   hides: whose real errors its filters hide, in words, or empty
--   sample: hidden error texts in quotation marks, or empty; the option of a bundler that removes calls
--   filter_at: the filter that hides it
CREATE VIEW console_suppressor AS
SELECT at, other_at, methods, forwards, serious, hides, sample, filter_at FROM suppressor
WHERE role = 'app' AND runtime <> 'server';

-- error_swallow: a window-wide handler cancels or stops error events.
--   at: the handler
--   event: error or unhandledrejection
--   effect: preventDefault, stopImmediatePropagation, stopPropagation, return true or return false
--   conditional: 1 when only some errors are kept back
--   reports: 1 when every error that is kept back was passed on
--   harmless: 1 when all that is kept back is the browser's notice that a ResizeObserver took more than one frame
CREATE VIEW error_swallow AS
SELECT at, event, effect, conditional, reports, harmless FROM page_trap WHERE role = 'app';

-- network_patch: a script of the page replaces a network API so that failures vanish.
--   at: the replacement
--   target: WebSocket, fetch, XMLHttpRequest, EventSource, or a method of one: WebSocket.prototype.send
--   losing: stub (nothing reaches the network), some (some calls don't), catch (failures are caught and told to nobody),
--     events (error events are kept from other listeners)
--   losing_at: where they vanish
CREATE VIEW network_patch AS
SELECT at, target, losing, losing_at FROM lossy_patch WHERE role = 'app' AND runtime <> 'server';

-- silent_error_handler: an empty handler of an error of a real-time object, in app code.
--   at: the handler
--   receiver: the object as written
--   event: the event, or catch
--   client: title of the provider
--   client_at: where the client is made
CREATE VIEW silent_error_handler AS
SELECT at, receiver, event, client, client_at FROM silent_handler WHERE role = 'app';

-- opened_socket: a native WebSocket to the application's own backend, in one environment.
--   at: the place that decides the path
--   path: the path
--   option_at: the URL at the client
--   value_id: the URL with its provenance
--   served: yes, no or unknown: whether a WebSocket route of the backends serves it
--   nearest_path: the WebSocket route most like it, or empty
--   nearest_at: where that is served
--   served_path: nearest_path where the client would reach it under that path, else empty
--   environment: name of the environment
CREATE VIEW opened_socket AS
SELECT s.at, s.path, s.option_at, s.value_id, s.served, s.nearest_path, s.nearest_at, s.served_path, e.name AS environment
FROM socket_endpoint s JOIN environment e ON e.id = s.environment;

-- socket_proxy: a proxy rule takes the path of a client's socket and does not pass the handshake on.
--   at: the rule
--   tool: nginx, vite, webpack, ...
--   path: the path that the client opens
--   client: title of the client's provider
--   client_at: where the client is made
--   polling: 1 when the client falls back to polling
CREATE VIEW socket_proxy AS
SELECT at, tool, path, client, client_at, polling FROM proxy_without_upgrade;

-- hidden_port: the port that a browser client is told to use on this machine, which no service publishes.
--   at: where the port is set
--   port: the port
--   environment: name of the environment
--   service: the service that listens there
--   service_at: the service
--   published: the host port that it is published on instead, or empty
--   client_at: where the client is made
CREATE VIEW hidden_port AS
SELECT at, port, environment, service, service_at, published, client_at FROM unpublished_port;

-- socket_path: a Socket.IO client asks for another path than the only server has.
--   at: where the client's path is set, or the client
--   path: the client's path
--   server_path: the server's path
--   server_at: where the server's path is set
--   reason: path or namespace
--   environment: name of the environment
CREATE VIEW socket_path AS
SELECT at, path, server_path, server_at, reason, environment FROM socket_path_mismatch;

-- other_protocol: a client whose protocol the server does not speak.
--   at: the client
--   reason: version, native or socketio
--   client: the client, with its version where that decides
--   server: the server, with its version where that decides
--   server_at: where the server stands
CREATE VIEW other_protocol AS
SELECT at, reason, client, server, server_at FROM protocol_mismatch;

-- refused_origin: an option of a Socket.IO server keeps pages out.
--   at: the option, or the server
--   reason: origins, scheme, credentials or missing
--   origin: the origin in question
--   other_at: the client, or the option that contradicts
CREATE VIEW refused_origin AS
SELECT at, reason, origin, other_at FROM origin_problem;

-- competing_client: two competing real-time clients of one package.
--   at: where one is listed
--   package: the dependency
--   other: the competing one
--   other_at: where that is listed
--   used: 1 when code uses both
CREATE VIEW competing_client AS
SELECT at, package, other, other_at, used FROM mixed_clients;

-- forbidden_connection: a host that a client connects to and that the policy of its page does not list.
--   at: the policy
--   directive: connect-src, or default-src where that stands in for it
--   host: what the client connects to
--   client: title of the client's provider
--   client_at: where the client is made
--   environment: name of the environment
CREATE VIEW forbidden_connection AS
SELECT at, directive, host, client, client_at, environment FROM blocked_connection;

-- several_workers: a command starts a Socket.IO server in several processes, with nothing that keeps sessions together.
--   at: the command
--   workers: how many, as written
--   server: the server's package
--   server_at: where it is listed
CREATE VIEW several_workers AS
SELECT at, workers, server, server_at FROM unsticky_workers;

-- dev_socket_port: the hot-reload port of a development server that a compose service runs.
--   at: the option that names the port
--   port: what the browser is told
--   service: the service
--   service_at: the service in the compose file
--   published: yes, no or elsewhere
--   host_port: the host port that it is published on, or empty
--   host_network: 1 when the service uses the host's network
CREATE VIEW dev_socket_port AS
SELECT at, port, service, service_at, published, host_port, host_network FROM dev_socket;

-- connection_target: where a client in app code connects to in one environment.
--   client_at: the construction of the client
--   provider_kind: managed, or server for a library that publishes
--   tls: yes, no or unknown
--   host_state: known, blank, unset, absent or unknown, as the other states
--   host: the host when known
--   host_option: the option for it
--   host_at: what decides it
--   host_value_id: the host with its provenance
--   host_is: what the host really is when it can't be right here, or empty
--   cluster_state: as host_state, or filled by the library itself
--   cluster: the cluster when known
--   cluster_at: what decides it
--   cluster_value_id: the cluster with its provenance
--   cluster_public: 1 for a public cluster, or one that the configuration names
--   cluster_required: 1 when the version in use is known to throw without a cluster
--   port_state: state of the port for plain connections
--   port: that port
--   port_at: what decides it
--   port_value_id: that port with its provenance
--   tls_port_state: state of the port for TLS connections
--   tls_port: that port, or the default
--   tls_port_at: what decides it
--   tls_port_value_id: that port with its provenance
--   server: the project's own server that the environment uses and no client is given the host of, or empty
--   server_at: what says so
--   library_at: what says which version of the library is in use
--   runtime: browser, server or unknown
--   environment: name of the environment
--   environment_kind: compose, docker, dotenv, example or default
CREATE VIEW connection_target AS
SELECT c.at AS client_at, c.kind AS provider_kind, n.tls, n.host_state, n.host, n.host_option, n.host_at, n.host_value_id,
  n.host_is, n.cluster_state, n.cluster, n.cluster_at, n.cluster_value_id, n.cluster_public, n.cluster_required,
  n.port_state, n.port, n.port_at, n.port_value_id, n.tls_port_state, n.tls_port, n.tls_port_at, n.tls_port_value_id,
  n.server, n.server_at, n.library_at, c.runtime, e.name AS environment, e.kind AS environment_kind
FROM connection n JOIN client c ON c.id = n.client JOIN environment e ON e.id = n.environment
WHERE c.role = 'app';

-- option_without_effect: an option that a client in app code is given and that its library does not read.
--   at: the option
--   client_at: the construction of the client
--   library: title of the library
--   name: the option, with the keys that lead to it
--   reason: listed, typo or beside
--   instead: the option that is meant, or empty
--   why: why it is not read
--   other_at: the option beside which it is not read
--   harmless: 1 when the library behaves as the option says all the same
CREATE VIEW option_without_effect AS
SELECT o.at, c.at AS client_at, o.library, o.name, o.reason, o.instead, o.why, o.other_at, o.harmless
FROM ignored_option o JOIN client c ON c.id = o.client WHERE c.role = 'app';

-- credential_in_wrong_field: a client in app code reads a variable that is named after another field.
--   at: the option
--   client_at: the construction of the client
--   option: the option
--   variable: the variable
--   field: what its name says that it is
--   read_at: where the variable is read
CREATE VIEW credential_in_wrong_field AS
SELECT m.at, c.at AS client_at, m.option, m.variable, m.field, m.read_at
FROM misplaced_credential m JOIN client c ON c.id = m.client WHERE c.role = 'app';

-- container_host: a client in app code is given a host that only containers of its compose project can resolve.
--   at: the place that decides the value
--   option_at: the option at the client
--   name: the option
--   value: the value
--   value_id: the value with its provenance
--   host: the host in it
--   service: the service that answers to it
--   service_at: the service in the compose file
--   runtime: browser, server or unknown: where the client runs
--   environment_kind: compose, docker, dotenv, example or default
CREATE VIEW container_host AS
SELECT s.at, s.option_at, s.name, s.value, s.value_id, s.host, n.service, n.at AS service_at, c.runtime,
  e.kind AS environment_kind
FROM client_setting s JOIN client c ON c.id = s.client JOIN environment e ON e.id = s.environment
JOIN container_name n ON n.package = c.package AND n.name = s.host
WHERE c.role = 'app' AND s.state = 'known';

-- broadcast_host: code in one container is given a host for its broadcasts, beside a real-time server in another.
--   at: the place that decides the value
--   option_at: the option at the client
--   name: the option
--   value: the value
--   value_id: the value with its provenance
--   host_scope: local, private, public or empty
--   host: the host in it
--   runtime: browser, server or unknown: where the client runs
--   environment: name of the environment
--   service: the service with the real-time server
--   service_at: that service in the compose file
--   title: title of the real-time server
CREATE VIEW broadcast_host AS
SELECT s.at, s.option_at, s.name, s.value, s.value_id, s.host_scope, s.host, c.runtime, e.name AS environment, b.service,
  b.at AS service_at, b.title
FROM client_setting s JOIN client c ON c.id = s.client JOIN environment e ON e.id = s.environment
JOIN neighbour_broadcaster b ON b.environment = e.id
WHERE c.role = 'app' AND s.state = 'known' AND c.kind = 'server';

-- contained_dev_server: a Vite development server in a container that publishes its port.
--   at: the option that names its host; else the service
--   service: the service
--   port: the port in the container
--   published: the port on the host; empty when Docker chooses it
--   reachable: yes, no or unknown: whether it listens beyond the container's loopback
CREATE VIEW contained_dev_server AS SELECT at, service, port, published, reachable FROM vite_server;

-- public_cluster: the public clusters of a provider.
--   provider: the provider's name
--   name: the cluster
-- closed_by: always
CREATE VIEW public_cluster AS SELECT provider, name FROM provider_cluster;

-- analysis_problem: something kept rtlint from reading a file as it is meant to be read.
--   at: the place
--   code: RT901, RT903 or RT905
--   problem: what is wrong
--   role: role of the file
CREATE VIEW analysis_problem AS
SELECT p.at, p.code, p.message AS problem, coalesce(f.role, 'app') AS role
FROM problem p JOIN site s ON s.id = p.at LEFT JOIN source_file f ON f.path = s.path;
