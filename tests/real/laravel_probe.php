<?php
// Prints the routes of Laravel's own router for each file of routes given by a JSON list of paths on stdin.
require '/usr/share/php/Illuminate/autoload.php';

use Illuminate\Container\Container;
use Illuminate\Events\Dispatcher;
use Illuminate\Routing\Router;
use Illuminate\Support\Facades\Facade;

$tables = [];
foreach (json_decode(stream_get_contents(STDIN)) as $path) {
    $app = new Container();
    Container::setInstance($app);
    $app->instance('app', $app);
    $router = new Router(new Dispatcher($app), $app);
    $app->instance('router', $router);
    Facade::clearResolvedInstances();
    Facade::setFacadeApplication($app);
    if (!class_exists('Route')) {
        class_alias(Illuminate\Support\Facades\Route::class, 'Route');
    }
    (function () use ($path) { require $path; })();
    $table = [];
    foreach ($router->getRoutes() as $route) {
        $table[] = [$route->methods(), $route->uri()];
    }
    $tables[] = $table;
}
echo json_encode($tables);
