"""`rtlint report`."""

from __future__ import annotations

from pathlib import Path

import click

from rtlint.cli.group import main


@main.command()
@click.argument("path", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["html", "markdown"]),
    default="html",
    show_default=True,
    help="How it is written.",
)
@click.option(
    "--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write there instead of to the screen."
)
def report(path: Path | None, form: str, output_file: Path | None) -> None:
    """Write a page about the real-time setup of the repository in PATH: what is true, and what proves it.

    The exit code is 0 whatever the page says: `rtlint check` is for failing a build.
    """
    from importlib import import_module

    from rtlint.pipeline.files import write_file
    from rtlint.pipeline.portrait import portray

    portrait = portray((path or Path()).resolve())
    writer = import_module("rtlint.report.page" if form == "html" else "rtlint.report.page_markdown")
    text: str = writer.write(portrait)
    if output_file is None:
        click.echo(text, nl=False)
    else:
        write_file(output_file, text.encode("utf-8", "backslashreplace"))
