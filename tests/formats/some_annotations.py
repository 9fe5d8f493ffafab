"""Any annotations, for round trips through a format."""

import posixpath

from hypothesis import strategies as st

from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.utils.names import alike, canonical, unseen

# Any script, spaces inside and signs; nothing that cannot be seen, which no name may have.
TEXT = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=8
).filter(lambda text: text == text.strip() and text == canonical(text) and not unseen(text))
PATHS = TEXT.filter(
    lambda text: text == posixpath.normpath(text) and "\\" not in text and text[0] != "/"
)


@st.composite
def annotations(draw):
    """A few images and classes of any names, with labels of all three states, maybe with ids."""
    images = draw(st.lists(PATHS, min_size=1, max_size=4, unique=True))
    classes = draw(st.lists(TEXT, min_size=1, max_size=4, unique_by=alike))
    row = st.lists(st.sampled_from([1, 0, -1]), min_size=len(classes), max_size=len(classes))
    labels = draw(st.lists(row, min_size=len(images), max_size=len(images)))
    ids = draw(st.none() | st.just([f"id {i}" for i in range(len(images))]))
    return Annotations(images, classes, LabelMatrix.from_dense(labels), ids)


def contents(found):
    """What has to survive."""
    return list(found.images), list(found.classes), found.labels.dense().tolist()


def check_round_trip(ours, lost, theirs):
    """All is there again but the ids, and that they are lost is all that is said."""
    assert contents(theirs) == contents(ours)
    assert theirs.ids is None
    assert len(lost) == (ours.ids is not None)
    assert all("ids" in sentence for sentence in lost)
