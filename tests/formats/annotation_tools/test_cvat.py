"""CVAT's XML on miniatures, and each way it can be wrong."""

import json
import weakref

import pytest
from hypothesis import given, settings

from mmpartial.formats.annotation_tools import cvat, cvat_xml
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from tests.damage import annotations_or_told, damaged

from ..some_annotations import annotations, check_round_trip, contents

STATE = """<attribute>
            <name>state</name>
            <mutable>False</mutable>
            <input_type>radio</input_type>
            <default_value>present</default_value>
            <values>present
absent</values>
          </attribute>"""


def label(name, kind="any", extra=""):
    return f"""
        <label>
          <name>{name}</name>
          <color>#c06060</color>
          <type>{kind}</type>
          <attributes>
          {STATE}
          </attributes>{extra}
        </label>"""


def meta(kind="job"):
    """What CVAT writes before the images, of a job; of a project tasks follow the labels."""
    labels = label("猫") + label("dog") + label("a &amp; b", "tag") + label("body", "skeleton")
    labels += label("1", "points", "<svg></svg><parent>body</parent>")
    return f"""<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta>
    <{kind}>
      <id>4</id>
      <size>4</size>
      <mode>annotation</mode>
      <overlap>0</overlap>
      <bugtracker></bugtracker>
      <created>2023-09-25 11:34:24.617558+00:00</created>
      <labels>{labels}
      </labels>
      <segments><segment><id>4</id><start>0</start><stop>3</stop><url>http://x/</url></segment></segments>
      <owner><username>admin</username><email></email></owner>
    </{kind}>
    <dumped>2023-09-25 11:38:28.799808+00:00</dumped>
  </meta>"""


def tag(name, state=None, more=""):
    attribute = f'\n      <attribute name="state">{state}</attribute>' if state else ""
    return f'\n    <tag label="{name}" source="manual">{attribute}{more}\n    </tag>'


def image(number, name, *parts):
    name = f'id="{number}" name="{name}" subset="default" task_id="4" width="16" height="12"'
    return f"\n  <image {name}>{''.join(parts)}\n  </image>"


BOX = """
    <box label="dog" source="manual" occluded="0" xtl="1.50" ytl="2.00" xbr="9.00" ybr="9.00"
      z_order="0">
      <attribute name="state">present</attribute>
    </box>"""
SKELETON = """
    <skeleton label="body" source="manual" z_order="0">
      <points label="1" source="manual" outside="0" occluded="0" points="1.00,2.00">
      </points>
    </skeleton>"""
IMAGES = [
    image(0, "b/é 1.jpg", tag("猫", "present"), tag("a &amp; b", "absent"), tag("猫", "present")),
    image(1, "b/2.jpg", BOX, BOX, SKELETON),
    image(2, "b/3.jpg", tag("dog", None, '\n<attribute name="breed">state</attribute>')),
    image(3, "b/4.jpg"),
]
CLASSES = ["猫", "dog", "a & b", "body"]


def save(tmp_path, images=IMAGES, begin=None):
    file = tmp_path / "annotations.xml"
    text = (begin or meta()) + "".join(images) + "\n</annotations>\n"
    file.write_text(text, encoding="utf-8")
    return str(file)


def expected(x):
    """Labels if what is not listed is x."""
    return [[1, x, 0, x], [x, 1, x, 1], [x, 1, x, x], [x, x, x, x]]


@pytest.mark.parametrize("kind", ["job", "task", "project"])
def test_reads_the_published_format(tmp_path, kind):
    file = save(tmp_path, begin=meta(kind))
    names = ["é 1.jpg", "2.jpg", "3.jpg", "4.jpg"]
    for unlisted, state in (("unknown", -1), ("negative", 0)):
        found = cvat.read(file, unlisted=unlisted, image_root="b")
        assert contents(found) == (names, CLASSES, expected(state))
    assert cvat.read(file, unlisted="unknown").images[0] == "b/é 1.jpg"


def test_has_few_images_in_memory(tmp_path):
    seen, alive = [], 0
    for element in cvat_xml.elements(save(tmp_path, [image(i, f"{i}.jpg") for i in range(3000)])):
        seen.append(weakref.ref(element))
        if element.get("id") == "2999":
            alive = sum(ref() is not None for ref in seen)
    assert 0 < alive < 1500


def test_without_a_list_of_labels(tmp_path):
    file = save(tmp_path, begin='<?xml version="1.0"?>\n<annotations><meta/>')
    assert cvat.read(file, unlisted="unknown").classes == ("a & b", "body", "dog", "猫")
    found = cvat.read(file, unlisted="unknown", classes=["body", "bird", "dog", "猫", "a & b"])
    assert found.labels.dense()[:, 1:3].tolist() == [[-1, -1], [-1, 1], [-1, 1], [-1, -1]]


def test_no_attribute(tmp_path):
    file = save(tmp_path, [image(0, "1.jpg", tag("dog", "absent"), tag("猫", "absent"))])
    found = cvat.read(file, unlisted="unknown", state="")
    assert contents(found)[2] == [[1, 1, -1, -1]]


@pytest.mark.parametrize(
    "images, message",
    [
        ([tag("cat")], "annotations.xml, image '1.jpg': there is no class 'cat' among the 4"),
        ([tag("1")], "there is no class '1' among the 4 classes"),
        ([tag("dog", "absent"), BOX], "'dog' as positive and as negative in the image '1.jpg'"),
        ([tag("dog", "maybe")], "has 'dog' with state='maybe' in the image '1.jpg': put this"),
        (["<tag/>"], "has <tag> without label"),
    ],
)
def test_wrong_labels(tmp_path, images, message):
    with pytest.raises(ValueError, match=message):
        cvat.read(save(tmp_path, [image(0, "1.jpg", *images)]), unlisted="unknown")


def test_an_image_twice(tmp_path):
    one, two = (image(i, "1.jpg", tag("dog")) for i in range(2))
    assert len(cvat.read(save(tmp_path, [one, two]), unlisted="unknown")) == 1
    with pytest.raises(ValueError, match="lists the image '1.jpg' twice with different labels"):
        cvat.read(save(tmp_path, [one, image(1, "1.jpg")]), unlisted="unknown")


def test_wrong_files(tmp_path):
    file = tmp_path / "annotations.xml"
    with pytest.raises(FileNotFoundError, match="annotations.xml"):
        cvat.read(str(file), unlisted="unknown")
    whole = (meta() + "".join(IMAGES) + "\n</annotations>\n").replace("猫", "ä")
    for text in (b"", whole[:-40].encode(), whole.encode("latin-1"), b"PK\x03\x04"):
        file.write_bytes(text)
        with pytest.raises(ValueError, match="annotations.xml is not complete XML .*unpack"):
            cvat.read(str(file), unlisted="unknown")
    for text, message in (
        (meta() + '<track id="0" label="dog"></track></annotations>', "has tracks of a video"),
        (meta() + "</annotations>", "there is no image in"),
        (meta() + '<image id="0"/></annotations>', "has <image> without name"),
        ("<annotation><filename>1.jpg</filename></annotation>", "begins with <annotation>, not"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            cvat.read(str(file), unlisted="unknown")
    with pytest.raises(ValueError, match="unlisted='no'"):
        cvat.read(save(tmp_path), unlisted="no")
    for text in (
        '<?xml version="1.0" encoding="klingon"?><annotations/>',
        "<annotations><image name='&cat;'/></annotations>",
        "<!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/hosts'>]><annotations>&f;</annotations>",
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match="annotations.xml is not complete XML"):
            cvat.read(str(file), unlisted="unknown")


def test_entities_that_grow(tmp_path):
    entities = "".join(f"<!ENTITY e{i} '{f'&e{i - 1};' * 50}'>" for i in range(1, 9))
    file = tmp_path / "annotations.xml"
    file.write_text(f"<!DOCTYPE x [<!ENTITY e0 'ha'>{entities}]><annotations>&e8;</annotations>")
    with pytest.raises(ValueError, match="annotations.xml is not complete XML .*amplification"):
        cvat.read(str(file), unlisted="unknown")


@settings(deadline=None)
@given(ours=annotations())
def test_round_trip(tmp_path_factory, ours):
    folder = tmp_path_factory.mktemp("cvat")
    file = str(folder / "tags.xml")
    lost = cvat.write(ours, file)
    assert sorted(path.name for path in folder.iterdir()) == ["tags.labels.json", "tags.xml"]
    check_round_trip(ours, lost, cvat.read(file, unlisted="unknown"))
    labels = json.loads((folder / "tags.labels.json").read_text(encoding="utf-8"))
    assert [entry["name"] for entry in labels] == list(ours.classes)
    [[attribute]] = {
        json.dumps(entry["attributes"]): entry["attributes"] for entry in labels
    }.values()
    assert attribute["name"] == "state" and attribute["values"] == ["present", "absent"]


def test_names_that_xml_changes_or_cannot_have(tmp_path):
    labels = LabelMatrix.from_dense([[1, 0]])
    file = str(tmp_path / "tags.xml")
    ours = Annotations(["a&b <1>.jpg"], ["a & b", "'c' \"d\""], labels)
    check_round_trip(ours, cvat.write(ours, file), cvat.read(file, unlisted="unknown"))
    with pytest.raises(ValueError, match=r"the name 'a\\x00b' has a character that XML cannot"):
        cvat.write(Annotations(["1.jpg"], ["a\0b", "c"], labels), file)
    assert contents(cvat.read(file, unlisted="unknown")) == contents(ours)  # as it was


XML = meta() + "".join(IMAGES) + "\n</annotations>\n"


@settings(deadline=None)
@given(data=damaged(XML.encode()))
def test_damaged_files(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("cvat") / "annotations.xml"
    file.write_bytes(data)
    annotations_or_told(lambda: cvat.read(str(file), unlisted="unknown"), "annotations.xml")
