"""Write a config and a split file for your own images, from a table of their labels.

    python tools/init_project.py my.csv --images photos/
    python tools/train.py my.py

The table has a row for each image and a column for each class with 1, 0, or blank for unknown. A
table with a row for each label works as well. The command prints a summary of the table.
"""

from mmpartial.apis.init_project import BASES, init_project
from mmpartial.formats import FORMATS
from mmpartial.formats.common.options import OptionAction
from mmpartial.launch import ToolParser, run_tool


def main() -> None:
    parser = ToolParser(__doc__)
    add = parser.add_argument
    add("table", help="the label file")
    add("--images", required=True, metavar="DIR", help="the folder of the images")
    add("--name", help="default: the name of the table")
    add("--out-dir", default=".", metavar="DIR", help="where the files go; default: this folder")
    add("--group", metavar="COLUMN",
        help="keep images of one site, camera, patient ... in one part; coco_json: a key",
        )  # fmt: skip
    add("--classes", nargs="+", action="extend", metavar="COLUMN",
        help="columns of classes; default: all that look like classes")  # fmt: skip
    add("--ignore", nargs="+", action="extend", default=[], metavar="COLUMN",
        help="columns that are not classes")  # fmt: skip
    add("--values", nargs="+", action=OptionAction, metavar="WORD=STATE",
        help="meaning of words: x=1 maybe=-1; =0 if a blank cell means absent",
        )  # fmt: skip
    add("--format", choices=sorted(FORMATS), help="default: a table, wide or long")
    add("--options", nargs="+", action=OptionAction, default={}, metavar="KEY=VALUE",
        help="options of the format, such as unlisted=negative")  # fmt: skip
    add("--train", choices=sorted(BASES),
        help="a linear layer on features of the frozen network, or the whole network; default: by "
        "the number of images and by whether there is a GPU")  # fmt: skip
    add("--unlabelled", nargs="+", action="extend", default=[], metavar="DIR",
        help="folders of more images, without labels, to train on")  # fmt: skip
    add("--seed", type=int, default=0, help="another seed divides the images differently")
    add("--force", action="store_true", help="overwrite NAME.py")
    init_project(**vars(parser.parse_args()))


if __name__ == "__main__":
    run_tool(main)
