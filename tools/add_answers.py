"""Add answers to questions to a label file.

    python tools/add_answers.py questions.csv my.csv --out my_2.csv

The answers are the table that tools/suggest.py wrote, with 1 or yes, 0 or no, or blank in the
column answer, or a JSON export of Label Studio. The old label file stays as it is.
"""

from mmpartial.apis import add_answers
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("answers", help="a table, or .json from Label Studio")
    parser.add_argument("labels", help="the label file")
    parser.add_argument("--out", required=True, metavar="FILE", help="the new label file")
    parser.add_format()
    parser.add_argument(
        "--correct", action="store_true", help="replace known labels that an answer contradicts"
    )
    parser.add_argument(
        "--new-images", action="store_true",
        help="add rows for images that the label file does not have",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    added = add_answers(**vars(parser.parse_args()))
    print(f"{added.positives} positives and {added.negatives} negatives are new")
    if added.agreed:
        print(f"{added.agreed} answers were known already")
    if added.corrected:
        print(f"{added.corrected} labels are corrected")
    for sentence in added.lost:
        print(f"lost: {sentence}")


if __name__ == "__main__":
    run_tool(main)
