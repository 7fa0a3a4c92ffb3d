"""Runs in the formats of others: one module a format or a family of them.

A new one: a ``Format`` and its line in FORMATS.

source       what every format is made from: the run, its summary, a flat row a sample
tables       CSV, JSON, Markdown
junit        JUnit XML, which CI systems show
parquet      one row a sample with all texts, for data frames
hub          a data set folder for the Hugging Face Hub, and results for a model card
turtle       rows as TuRTLe's evaluator has them
answers      the answers of a run as the Verilog that was graded, for the two below
completion   a whole module as the text that goes on from a given header
verilog_eval_v1      its samples, or results, file
turtle_generations   the generations that TuRTLe grades
"""

import difflib
from collections.abc import Mapping
from pathlib import Path

from harness.errors import ConfigError
from harness.runs.exports import hub, junit, parquet, tables, turtle, turtle_generations, verilog_eval_v1
from harness.runs.exports.source import Format, Source
from harness.runs.folder import write_pieces

FORMATS: Mapping[str, Format] = {
    "csv": tables.CSV,
    "json": tables.JSON,
    "markdown": tables.MARKDOWN,
    "junit": junit.JUNIT,
    "parquet": parquet.PARQUET,
    "huggingface": hub.DATASET,
    "model-card": hub.MODEL_CARD,
    "turtle": turtle.TURTLE,
    "turtle-generations": turtle_generations.GENERATIONS,
    "verilog-eval-v1": verilog_eval_v1.SAMPLES,
}


def find_format(name: str) -> Format:
    """Raises ConfigError, naming what there is."""
    if name not in FORMATS:
        near = difflib.get_close_matches(name, FORMATS, 1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise ConfigError(f'--format "{name}": there are {", ".join(FORMATS)}.{hint}')
    return FORMATS[name]


def write(form: Format, source: Source, path: Path) -> list[Path]:
    """Write the file, or the folder, that a format makes; returns the files. Each is there whole or not at all.

    Raises ConfigError where something of another kind stands there, HarnessError where it cannot be written.
    """
    if form.is_folder and path.exists() and not path.is_dir():
        raise ConfigError(f"--out {path}: is a file; this format makes a folder")
    if not form.is_folder and path.is_dir():
        raise ConfigError(f"--out {path}: is a folder; this format makes one file")
    written = []
    for name, pieces in form.files(source):
        target = path / name if form.is_folder else path
        write_pieces(target, pieces)
        written.append(target)
    return written
