# Paths are normalized as ActionDispatch::Routing::RouteSet#call does.
# Asks Rails which paths its router recognises: a JSON list of [routes, requests] on stdin, answers on stdout.
require "json"
require "action_controller"
require "action_dispatch"

answers = JSON.parse($stdin.read).map do |text, requests|
  set = ActionDispatch::Routing::RouteSet.new
  set.draw { instance_eval(text) }
  requests.map do |method, path|
    request = ActionDispatch::Request.new("REQUEST_METHOD" => method, "PATH_INFO" => ActionDispatch::Journey::Router::Utils.normalize_path(path), "rack.input" => $stdin)
    found = false
    set.router.recognize(request) { found = true }
    found
  end
end
puts JSON.generate(answers)
