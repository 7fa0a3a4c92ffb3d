"""export: a run in the formats of others."""

import argparse
import json
import sys
from pathlib import Path

from harness.cli.options import parse_ks
from harness.cli.runs import say
from harness.errors import ConfigError
from harness.runs import report
from harness.runs.exports import FORMATS, find_format, write
from harness.runs.exports.source import Source
from harness.runs.folder import RunFolder, find_run

STANDARD_OUTPUT = "-"


def add_arguments(_name: str, parser: argparse.ArgumentParser) -> None:
    listed = "\n".join(f"  {name:<20}{form.about}" for name, form in FORMATS.items())
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = f"formats:\n{listed}"
    parser.add_argument("run", metavar="RUN", help="a name under results/runs/, or a folder")
    parser.add_argument("--format", required=True, metavar="F", help="one of the formats below")
    parser.add_argument(
        "--out", metavar="PATH", help="the file or folder to write (default: standard output, for text)"
    )
    parser.add_argument("--k", default="1,5,10", metavar="LIST", help="pass@k for these k (default 1,5,10, cut to n)")
    parser.add_argument("--suite-path", metavar="DIR", help="the suite's folder, for formats of answers")
    parser.add_argument("--json", action="store_true", help="print what was written as one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Raises ConfigError where the run or the format is not there, or the bytes would go to a terminal."""
    form = find_format(arguments.format)
    out = arguments.out or STANDARD_OUTPUT
    if out == STANDARD_OUTPUT and (form.is_folder or form.is_binary):
        raise ConfigError(f"--format {arguments.format} makes {'a folder' if form.is_folder else 'a file'}; give --out")
    if out == STANDARD_OUTPUT and arguments.json:
        raise ConfigError("--json prints what was written; give --out")
    folder = RunFolder.read(find_run(arguments.run))
    source = Source.of(folder, report.summarised(folder, parse_ks(arguments.k)), arguments.suite_path)
    written: list[str] = []
    if out == STANDARD_OUTPUT:
        for _, pieces in form.files(source):
            for piece in pieces:
                sys.stdout.write(piece.decode())
    else:
        written = [str(path) for path in write(form, source, Path(out))]
    for line in source.warnings:
        say(f"warning: {line}")
    if not written:
        return 0
    print(json.dumps({"run": folder.name, "format": arguments.format, "files": written}) if arguments.json else out)
    return 0
