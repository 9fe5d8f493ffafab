"""Files of tools that no format reads: the message names the tool and says what to do."""

import pytest

from mmpartial.apis import init_project
from mmpartial.formats import read_annotations

VIA_CSV = "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes\n"
FILES = {
    "VGG Image Annotator": '{"1.jpg123": {"filename": "1.jpg", "regions": [{"shape_attributes": '
    '{"name": "rect"}, "region_attributes": {"class": "cat"}}], "file_attributes": {}}}',
    "LabelMe": '{"version": "5.2.1", "flags": {}, "shapes": [], "imagePath": "1.jpg"}',
    "Darwin": '{"item": {"slots": []}, "annotations": [{"name": "cat", "slot_names": ["0"]}]}',
    "MegaDetector": '{"images": [{"file": "1.jpg", "detections": []}]}',
    "Labelbox": '[{"data_row": {"id": "x"}}]',
    "Supervisely": '{"objects": [{"classTitle": "cat"}]}',
    "VOC's format": "<annotation><folder>x</folder>\n<object><name>cat</name></object>",
}


@pytest.mark.parametrize("tool", FILES)
@pytest.mark.parametrize(
    "format", ["coco_json", "label_studio", "json_lists", "mmpretrain", "cvat"]
)
def test_files_of_other_tools(tmp_path, tool, format):
    file = tmp_path / "x.json"
    file.write_text(FILES[tool])
    options = {} if format == "mmpretrain" else dict(unlisted="unknown")
    with pytest.raises(ValueError, match=rf"x.json is .*{tool}.*: .*(COCO|a table)") as error:
        read_annotations(format, str(file), **options)
    assert str(error.value).count("\n") == 0
    (tmp_path / "1.jpg").touch()
    for path in (file, tmp_path):
        with pytest.raises(ValueError, match=rf"x.json is .*{tool}"):
            init_project(path, tmp_path)


@pytest.mark.parametrize("text", [VIA_CSV, f"#{VIA_CSV}", "# Exported using VGG Image Annotator\n"])
def test_a_table_of_regions(tmp_path, text):
    """Its numbers of regions, 1 and 0, are no class."""
    (tmp_path / "x.csv").write_text(f"{text}1.jpg,9,{{}},1,0,{{}}\n2.jpg,9,{{}},0,0,{{}}\n")
    for format in ("wide_csv", "long_csv"):
        options = dict(unlisted="unknown") if format == "long_csv" else {}
        with pytest.raises(
            ValueError, match=r"x.csv is a file of the VGG Image Annotator \(VIA\):"
        ):
            read_annotations(format, str(tmp_path / "x.csv"), **options)


def test_words_in_a_file_that_can_be_read(tmp_path):
    (tmp_path / "x.json").write_text('[{"image": "1.jpg", "positive": ["classTitle", "data_row"]}]')
    assert len(read_annotations("json_lists", str(tmp_path / "x.json"), unlisted="unknown")) == 1
