"""The command line: commands and options, nothing else."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rtlint import __version__
from rtlint.errors import RtlintError

if TYPE_CHECKING:
    from rtlint.report import Options

FORMATS = ("text", "concise", "json", "sarif")
"""The output formats, by the name of `--output-format`."""

EXIT_FINDINGS, EXIT_ERROR = 1, 2
NOTHING_REALTIME = "No package here has a real-time client or reads real-time variables.\n"


class Main(click.Group):
    """The command group: what goes wrong inside it ends with exit code 2 and one line, never with a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except RtlintError as error:
            click.echo(f"rtlint: {error}", err=True)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            # A crash must not look like findings: exit code 1 means those.
            if os.environ.get("RTLINT_TRACEBACK"):
                raise
            click.echo(f"rtlint: internal error: {type(error).__name__}: {error}", err=True)
            click.echo("Set RTLINT_TRACEBACK=1 to see where; please report it with the file that causes it.", err=True)
        return ctx.exit(EXIT_ERROR)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", prog_name="rtlint")
def main() -> None:
    """Tell whether the real-time setup of a repository is true.

    rtlint compares what client code, environment files, compose services and backend routes say of each other.
    """


_ROOT = click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="The folder to analyse. [default: the current folder]",
)


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar="[PATH]...")
@click.option("--select", multiple=True, metavar="RULE", help="Run these rules only: codes, names, prefixes like RT2.")
@click.option("--ignore", multiple=True, metavar="RULE", help="Leave these rules out.")
@click.option(
    "--output-format",
    type=click.Choice(FORMATS),
    default="text",
    envvar="RTLINT_OUTPUT_FORMAT",
    show_default=True,
    show_envvar=True,
    help="How findings are written.",
)
@click.option(
    "--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write there instead of to the screen."
)
@click.option(
    "--fail-level",
    type=click.Choice(["note", "warning", "error"]),
    help="Lowest level that gives exit code 1. [default: warning, or what the configuration says]",
)
@click.option("--exit-zero", is_flag=True, help="Exit with 0 though there are findings.")
@click.option("--no-color", is_flag=True, help="No colours and no links, as with NO_COLOR; FORCE_COLOR turns them on.")
@click.option("-v", "--verbose", count=True, help="Also list the places that were not understood.")
@click.option("-q", "--quiet", is_flag=True, help="Print findings only, no summary.")
def check(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    output_format: str,
    output_file: Path | None,
    fail_level: str | None,
    exit_zero: bool,
    no_color: bool,
    verbose: int,
    quiet: bool,
) -> None:
    """Check a repository and report findings.

    With one folder as PATH, that folder is the repository. With files or several paths the current folder is, and only
    findings with a place in one of the paths are reported.

    Exit codes: 0 clean, 1 findings from the fail level up, 2 usage, configuration or internal error.
    """
    from rtlint import pipeline, report

    root, within = _root(paths)
    overrides = pipeline.Overrides(_listed(select), _listed(ignore), fail_level)
    result = pipeline.check(root, overrides, within)
    options = _options(no_color, output_file, verbose, quiet)
    _output(report.write(output_format, result.report, options), output_file)
    if result.failed and not exit_zero:
        sys.exit(EXIT_FINDINGS)


@main.command()
@_ROOT
def rules(root: Path) -> None:
    """List every rule with its level and what it reports."""
    from rtlint import pipeline

    for rule in pipeline.known_rules(root):
        click.echo(f"{rule.code}  {rule.name:<28} {rule.level:<8} {rule.summary}")


@main.command()
@click.argument("code_or_name", metavar="RULE")
@_ROOT
def rule(code_or_name: str, root: Path) -> None:
    """Explain a rule: why it matters, what the user sees, what to change. RULE is a code or a name."""
    from rtlint import pipeline

    found = pipeline.known_rule(root, code_or_name)
    click.echo(f"# {found.code} {found.name} ({found.level})\n\n{found.summary}.\n\n{found.explanation.rstrip()}\n")
    click.echo("\n".join(f"- <{reference}>" for reference in found.references))


@main.command()
@click.argument("variable")
@_ROOT
def explain(variable: str, root: Path) -> None:
    """Show every place that sets, overrides and reads VARIABLE, and the value that wins in each environment.

    Exit code 2 when nothing in the repository names it.
    """
    from rtlint import pipeline
    from rtlint.report import explanation

    found, show = pipeline.explain(root, variable)
    click.echo(explanation.write(found, show), nl=False)


@main.command()
@click.argument("environment", required=False)
@click.option(
    "--output-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How it is written."
)
@_ROOT
def env(environment: str | None, output_format: str, root: Path) -> None:
    """Show the effective real-time configuration: each client's settings and the variables behind them.

    ENVIRONMENT is the name of one or a part of it (`production`, `service web`); without it all are shown. Each value
    comes with the place that decides it. Exit code 2 when there is no such environment.
    """
    from rtlint import pipeline
    from rtlint.report import environment as report

    found, show = pipeline.environments(root, environment)
    write = report.write_json if output_format == "json" else report.write_text
    click.echo(write(found, show) if found or output_format == "json" else NOTHING_REALTIME, nl=False)


@main.command()
@click.argument("sql")
@_ROOT
def query(sql: str, root: Path) -> None:
    """Ask the facts and views anything, in SQL; `rtlint schema` lists them. Sites are shown as path:line:column."""
    from rtlint import pipeline

    columns, rows = pipeline.query(root, sql)
    click.echo("\t".join(columns))
    for row in rows:
        click.echo("\t".join(row))


@main.command()
@click.argument("code_or_name", metavar="RULE")
@click.argument("file")
@_ROOT
def why(code_or_name: str, file: str, root: Path) -> None:
    """Show the rows of each stage of RULE's query that lie in FILE, and what the next stage dropped."""
    from rtlint import pipeline

    click.echo(pipeline.why(root, code_or_name, file), nl=False)


@main.command()
@click.option("--tables", is_flag=True, help="Also print the tables behind the views; these may change.")
def schema(tables: bool) -> None:
    """Print the views that rules and `rtlint query` read, each column with its meaning."""
    from rtlint import pipeline

    click.echo(pipeline.schema(tables=tables), nl=False)


def _root(paths: tuple[Path, ...]) -> tuple[Path, tuple[str, ...]]:
    """Return the folder to analyse, and the paths in it that findings must touch (none: all findings count)."""
    given = [path.resolve() for path in paths] or [Path.cwd()]
    if len(given) == 1 and given[0].is_dir():
        return given[0], ()
    here = Path.cwd()
    if not all(path.is_relative_to(here) for path in given):
        here = Path(os.path.commonpath([path if path.is_dir() else path.parent for path in given]))
    return here, tuple(path.relative_to(here).as_posix() for path in given)


def _listed(values: tuple[str, ...]) -> tuple[str, ...]:
    """Take comma-separated and repeated values apart."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _options(no_color: bool, output_file: Path | None, verbose: int, quiet: bool) -> Options:
    """Decide on colours as https://no-color.org and https://force-color.org say: an empty variable counts as unset."""
    from rtlint.report import Options

    terminal = output_file is None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    color = bool(os.environ.get("FORCE_COLOR")) or (terminal and not os.environ.get("NO_COLOR"))
    color = color and not no_color
    width = shutil.get_terminal_size((100, 24)).columns
    return Options(color=color, links=color and terminal, width=width, verbose=verbose, quiet=quiet)


def _output(text: str, output_file: Path | None) -> None:
    if output_file is None:
        click.echo(text, nl=False, color=True)
        return
    try:
        output_file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RtlintError(f"can't write {output_file}: {error.strerror}") from error
