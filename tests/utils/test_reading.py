"""What parsers raise becomes a sentence that names the file."""

import csv
import json

import pandas as pd
import pyarrow as pa
import pytest

from mmpartial.labels.encoding import ConflictError
from mmpartial.utils.reading import reading


@pytest.mark.parametrize(
    "error, sentence",
    [
        (KeyError("x"), "a necessary part of it is missing (KeyError: 'x')."),
        (IndexError("list index"), "a necessary part of it is missing (IndexError: list"),
        (TypeError("no len"), "a value in it is of a wrong type (TypeError: no len)."),
        (AttributeError("no get"), "a value in it is of a wrong type (AttributeError: no get)."),
        (RecursionError("depth"), "it is nested too deeply (RecursionError: depth)."),
        (OSError("Couldn't deserialize thrift"), "it cannot be read, or is damaged (OSError: "),
        (PermissionError(13, "Permission denied"), "it cannot be read, or is damaged (Permission"),
        (FileNotFoundError(2, "No such file"), "it cannot be read, or is damaged (FileNotFound"),
        (OverflowError("too large"), "a number in it is too large (OverflowError: "),
        (b"\xff", "it has text that is not UTF-8 (UnicodeDecodeError: "),
        (csv.Error("field larger"), "it is damaged, cut off, or of another format (Error: field"),
        (pa.ArrowInvalid("magic"), "it is damaged, cut off, or of another format (ArrowInvalid: "),
        (pd.errors.ParserError("EOF"), "it is damaged, cut off, or of another format (ParserErr"),
        (json.JSONDecodeError("Extra", "", 0), "it is damaged, cut off, or of another format (JSO"),
    ],
)
def test_other_exceptions(error, sentence):
    with pytest.raises(ValueError) as caught, reading("d/x.csv", "wide_csv"):
        if isinstance(error, bytes):
            error.decode("utf-8")
        raise error
    assert type(caught.value) is ValueError
    assert str(caught.value).startswith(f"d/x.csv cannot be read as wide_csv: {sentence}")
    assert isinstance(error, bytes) or caught.value.__cause__ is error


def test_sentences_pass():
    for error in (ValueError("x.csv, line 3 has no cell."), FileNotFoundError("there is no y.")):
        with pytest.raises(type(error)) as caught, reading("d/x.csv", "wide_csv"):
            raise error
        assert caught.value is error


def test_sentences_without_the_file_get_it():
    wrong = "^d/x.csv: invalid literal for int.*: 'a'$"
    with pytest.raises(ValueError, match=wrong) as caught, reading("d/x.csv", "wide_csv"):
        int("a")
    assert isinstance(caught.value.__cause__, ValueError)
    with pytest.raises(ValueError, match="^d/x.csv: ") as caught, reading("d/x.csv", "wide_csv"):
        raise ConflictError(0, 1)
    assert type(caught.value) is ValueError


def test_what_is_no_matter_of_the_file_passes():
    for error in (MemoryError, KeyboardInterrupt):
        with pytest.raises(error), reading("x.csv", "wide_csv"):
            raise error
