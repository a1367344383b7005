"""rtlint: is the real-time setup of this repository true?"""

__version__ = "0.1.0"

FORMATS = {
    "text": "text",
    "concise": "concise",
    "json": "json_format",
    "sarif": "sarif",
    "github": "github",
    "gitlab": "gitlab",
    "junit": "junit",
    "checkstyle": "checkstyle",
    "rdjson": "rdjson",
    "azure": "azure",
}
"""The module of `rtlint.report` that writes each output format; here, since `--help` lists them and loads no stage."""
