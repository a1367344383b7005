"""The commands that ask about a repository instead of checking it."""

from __future__ import annotations

from pathlib import Path

import click

from rtlint.cli.group import ROOT, main

NOTHING_REALTIME = "No package here has a real-time client or reads real-time variables.\n"


FIXES = {"safe": "--fix", "unsafe": "--fix --unsafe-fixes"}
"""The options that make the fixes of a rule."""


@main.command()
@ROOT
def rules(root: Path) -> None:
    """List every rule with its level, what it reports, and the options that fix it."""
    from rtlint import pipeline

    for rule in pipeline.known_rules(root):
        fixable = f" ({FIXES[rule.info.fixable]})" if rule.fixes else ""
        click.echo(f"{rule.code}  {rule.name:<28} {rule.level:<8} {rule.summary}{fixable}")


@main.command()
@click.argument("code_or_name", metavar="RULE")
@ROOT
def rule(code_or_name: str, root: Path) -> None:
    """Explain a rule: why it matters, what the user sees, what to change. RULE is a code or a name."""
    from rtlint import pipeline

    found = pipeline.known_rule(root, code_or_name)
    click.echo(f"# {found.code} {found.name} ({found.level})\n\n{found.summary}.\n\n{found.explanation.rstrip()}\n")
    click.echo("\n".join(f"- <{reference}>" for reference in found.references))


@main.command()
@click.argument("variable")
@ROOT
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
@ROOT
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
@ROOT
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
@ROOT
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
