"""Write data/corel5k/series.csv, a split file whose groups are series of photos.

    python tools/benchmarks/corel5k_series.py data/corel5k

Corel's photos are numbered. Photos whose numbers differ in the last digit alone are a series.
"""

import json
from pathlib import Path

import pandas as pd

from mmpartial.formats.common.output_paths import check_new
from mmpartial.launch import ToolParser, run_tool


def series(annotations: dict) -> pd.DataFrame:
    """A row for each photo: its path, its part, and its number without the last digit."""
    rows = [
        (photo["img"], part, Path(photo["img"]).stem[:-1])
        for part, photos in annotations["splits"].items()
        for photo in photos
    ]
    return pd.DataFrame(rows, columns=["image", "part", "group"])


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("folder", type=Path, help="the folder with annotations_top.json")
    folder = parser.parse_args().folder
    check_new(folder / "series.csv")
    table = series(json.loads((folder / "annotations_top.json").read_text()))
    table.to_csv(folder / "series.csv", index=False)
    print(f"{folder / 'series.csv'}: {len(table)} photos in {table.group.nunique()} series")


if __name__ == "__main__":
    run_tool(main)
