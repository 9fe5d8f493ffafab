"""Choose the labels that are worth most to ask for next.

    python tools/suggest.py work_dirs/my/model.pth --budget 500 --out questions.csv

It writes questions about unknown labels of the training images: image, class, the probability that
the model gives, a blank answer, and the reason. Fill in the answers (1 or yes, 0 or no, blank if
nobody knows), and add them to the label file:

    python tools/add_answers.py questions.csv my.csv --out my_2.csv

With --out questions.json the questions are tasks for Label Studio, and questions.config.xml is the
labelling config. Its JSON export is a file of answers.
"""

from pathlib import Path

from mmpartial.apis import suggest
from mmpartial.apis.questions.choosing import COSTS
from mmpartial.apis.questions.strategies import DEFAULT, STRATEGIES
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_checkpoint()
    parser.add_argument(
        "--budget", type=int, default=500, metavar="N",
        help="the number of questions, or of images with --cost image (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--strategy", choices=STRATEGIES, default=DEFAULT, help="default: %(default)s"
    )
    parser.add_argument(
        "--cost", choices=COSTS, default="question",
        help="whether the budget counts questions or images (%(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--per-class", type=int, metavar="N", help="the most questions about a class"
    )
    parser.add_argument(
        "--per-image", type=int, metavar="N", help="the most questions about an image"
    )
    parser.add_argument(
        "--near", type=float, default=0.95, metavar="COSINE",
        help="two images whose features are at least this alike are not both asked about one class "
        "(%(default)s)",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=0, help="decides between equal questions")
    parser.add_argument(
        "--out", type=Path, default=Path("questions.csv"),
        help="a file that ends in .csv, .parquet, or .json for Label Studio (%(default)s)",
    )  # fmt: skip
    parser.add_argument("--force", action="store_true", help="overwrite OUT")
    args = parser.parse_args()
    questions = suggest(**vars(args))
    images, classes = questions["image"].nunique(), questions["class"].nunique()
    print(
        f"wrote {args.out}: {len(questions)} questions about {images} images and {classes} classes"
    )


if __name__ == "__main__":
    run_tool(main)
