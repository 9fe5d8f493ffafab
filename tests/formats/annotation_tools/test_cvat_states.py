"""What CVAT's attributes say of presence, and what is asked because nobody can know."""

import pytest

from mmpartial.formats.annotation_tools import cvat


def attribute(name, kind, *values):
    return (
        f"<attribute><name>{name}</name><mutable>False</mutable><input_type>{kind}</input_type>"
        f"<default_value></default_value><values>{chr(10).join(values)}</values></attribute>"
    )


def label(name, *attributes):
    return f"<label><name>{name}</name><attributes>{''.join(attributes)}</attributes></label>"


def mark(name, kind="tag", place="", **attributes):
    values = (f'<attribute name="{key}">{value}</attribute>' for key, value in attributes.items())
    return f'<{kind} label="{name}" source="manual" {place}>{"".join(values)}</{kind}>'


def read(tmp_path, labels, *images, unlisted="unknown", **options):
    """The labels of images with these tags and shapes."""
    file = tmp_path / "annotations.xml"
    images = (f'<image id="{i}" name="{i}.jpg">{tags}</image>' for i, tags in enumerate(images))
    file.write_text(
        f"<annotations><meta><task><labels>{''.join(labels)}</labels></task></meta>"
        f"{''.join(images)}</annotations>",
        encoding="utf-8",
    )
    return cvat.read(str(file), unlisted=unlisted, **options).labels.dense().tolist()


@pytest.mark.parametrize(
    "kind, name, value",
    [
        ("checkbox", "snow", "true"), ("radio", "there", "ja"), ("select", "seen", "certain"),
        ("number", "count", "0"), ("text", "remark", "No"), ("", "visible", "False"),
    ],
)  # fmt: skip
def test_asks_what_may_say_absent(tmp_path, kind, name, value):
    labels = [label("cat", attribute(name, kind) if kind else "")]
    tags = mark("cat", **{name: value})
    message = (
        f"has tags with '{name}', such as 'cat' with {name}='{value}' in the image '0.jpg': set"
    )
    with pytest.raises(ValueError, match=message):
        read(tmp_path, labels, tags)
    assert read(tmp_path, labels, tags, state="") == [[1]]


@pytest.mark.parametrize(
    "kind, name, value",
    [
        ("checkbox", "occluded", "false"), ("select", "color", "red"), ("radio", "Quality", "bad"),
        ("number", "age", "3"), ("text", "remark", "beside a dog"), ("text", "remark", ""),
    ],
)  # fmt: skip
def test_what_describes_the_class_is_harmless(tmp_path, kind, name, value):
    labels = [label("cat", attribute(name, kind))]
    assert read(tmp_path, labels, mark("cat", **{name: value})) == [[1]]


def test_attributes_of_shapes_describe_what_is_drawn(tmp_path):
    labels = [label("car", attribute("parked", "checkbox"))]
    assert read(tmp_path, labels, mark("car", "box", parked="false")) == [[1]]


def test_a_named_attribute(tmp_path):
    labels = [label("cat", attribute("seen", "checkbox"), attribute("wet", "checkbox"))]
    tags = [mark("cat", seen="true", wet="false"), mark("cat", seen="False", wet="true"), ""]
    assert read(tmp_path, labels, *tags, state="seen") == [[1], [0], [-1]]
    assert read(tmp_path, labels, *tags, state="seen", unlisted="negative") == [[1], [0], [0]]
    with pytest.raises(ValueError, match="no attribute 'sen', but 'seen', 'wet': set state to the"):
        read(tmp_path, labels, *tags, state="sen")
    with pytest.raises(ValueError, match="no attribute 'state', but none: set state"):
        read(tmp_path, [label("cat")], mark("cat"), state="state")


def test_values(tmp_path):
    labels = [label("cat", attribute("state", "select", "yes", "no", "__undefined__"))]
    tags = [mark("cat", state=value) for value in ("Yes", "no", "__undefined__", "")]
    for n, value in enumerate(("Yes", "no", "__undefined__", "")):
        with pytest.raises(
            ValueError, match=f"'cat' with state='{value}' in the image '{n}.jpg': "
        ):
            read(tmp_path, labels, *[""] * n, tags[n])
    said = dict(present="yes", absent=["no"], unsure=["__undefined__", ""])
    assert read(tmp_path, labels, *tags, **said) == [[1], [0], [-1], [-1]]
    assert read(tmp_path, labels, *tags, "", **said, unlisted="negative") == [
        [1], [0], [-1], [-1], [0],
    ]  # fmt: skip
    with pytest.raises(ValueError, match="'yes' is in two of present, absent and unsure"):
        read(tmp_path, labels, *tags, present="yes", absent=["no", "yes"])


def test_an_unsure_tag_beside_a_sure_one(tmp_path):
    labels = [label(name, attribute("state", "radio")) for name in ("cat", "dog")]
    tags = [
        mark("cat", state="?") + mark("cat", state="present") + mark("dog", state="?"),
        mark("cat", state="absent") + mark("cat", state="?"),
    ]
    assert read(tmp_path, labels, *tags, unsure="?", unlisted="negative") == [[1, -1], [0, 0]]
    with pytest.raises(ValueError, match="image '0.jpg': there is no class 'ct' among the 2 class"):
        read(tmp_path, labels, mark("ct", state="?"), unsure="?", unlisted="negative")


def test_labels_without_the_attribute_of_others(tmp_path):
    labels = [label("cat", attribute("state", "radio")), label("dog", attribute("wet", "checkbox"))]
    tags = mark("cat", state="absent") + mark("dog", wet="false")
    with pytest.raises(ValueError, match="has tags with 'wet', .* or to 'state' if these tags alw"):
        read(tmp_path, labels, tags)
    assert read(tmp_path, labels, tags, state="state") == [[0, 1]]


def test_an_attribute_twice(tmp_path):
    tags = '<tag label="cat"><attribute name="state">{}</attribute><attribute name="state">absent'
    tags += "</attribute></tag>"
    labels = [label("cat", attribute("state", "radio"))]
    assert read(tmp_path, labels, tags.format("absent")) == [[0]]
    with pytest.raises(ValueError, match="'cat' with state='present' and state='absent' in the im"):
        read(tmp_path, labels, tags.format("present"))


def test_shapes_outside_the_image(tmp_path):
    point = '<points label="1" outside="{}" points="1,2"></points>'
    labels = [label("body"), label("dog")]
    images = [
        f'<skeleton label="body">{point.format(1)}{point.format(1)}</skeleton>',
        f'<skeleton label="body">{point.format(1)}{point.format(0)}</skeleton>',
        mark("dog", "box", 'outside="1"'),
        mark("dog", "polygon", 'outside="0"'),
    ]
    assert read(tmp_path, labels, *images) == [[-1, -1], [1, -1], [-1, -1], [-1, 1]]
