"""Files of annotation tools that no format reads, and what to do with them."""

import glob
import os
import re

_READ = 2**16  # bytes at the beginning of a file
_COCO = "export COCO there, and read it as coco_json"
_TABLE = "write the classes of each image into a table"

VIA = f"a file of the VGG Image Annotator (VIA): {_COCO}; for file attributes, {_TABLE}"

# A pattern in the files of each tool, what they are, and what to do.
_TOOLS = (
    (rb'"_via_|"region_attributes"\s*:|"vid_list"\s*:', VIA),
    (
        rb'"shapes"\s*:(?s:.*)"(shape_type|imagePath)"\s*:|"imageData"\s*:',
        "a file of LabelMe: convert the folder to COCO, for example with the package labelme2coco, "
        "and read that as coco_json",
    ),
    (rb'darwin_json|darwin\.v7labs|"slot_names"\s*:', f"a file of Darwin (V7): {_COCO}"),
    (
        rb'"detection_categories"\s*:|"file"\s*:(?s:.*)"detections"\s*:',
        f"a file of MegaDetector, with predictions, which are not labels: check them, and {_TABLE}",
    ),
    (rb'"data_row"\s*:', f"a file of Labelbox: {_TABLE}"),
    (rb'"classTitle"\s*:', f"a file of Supervisely: {_COCO}"),
    (
        rb"<annotation[ >](?s:.*)<object[ >]",
        "in VOC's format: convert the folder to COCO, and read that as coco_json; for VOC itself, "
        "write a config with type='mmpartial.VOCMultiLabel'",
    ),
)


def check_other_tools(path: str) -> None:
    """Refuse a file of a tool that no format reads, or a folder with such a file.

    Call it where a file cannot be read: a file that can may have the same words in it.

    Raises:
        ValueError: It is such a file; the message says what to do.
    """
    if os.path.isdir(path):
        inside = os.path.join(glob.escape(path), "*.")
        path = next((file for end in ("json", "xml") for file in glob.iglob(inside + end)), path)
    if not os.path.isfile(path):
        return
    with open(path, "rb") as file:
        text = file.read(_READ)
    for pattern, kind in _TOOLS:
        if re.search(pattern, text):
            raise ValueError(f"{path} is {kind}.")
