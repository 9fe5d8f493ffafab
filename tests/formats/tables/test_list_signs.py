"""What looks like a list of classes, and which names of published classes do not."""

import pytest
from mmpretrain.datasets import categories

from mmpartial.formats.tables.list_signs import list_sign

# Tags of Kaggle's "Planet: Understanding the Amazon from Space", as train_v2.csv has them.
PLANET = [
    "haze primary",
    "agriculture clear primary water",
    "clear primary",
    "clear primary",
    "agriculture clear habitation primary road",
    "haze primary water",
    "agriculture clear cultivation primary water",
]
# Kaggle's "Plant Pathology 2021".
LEAVES = ["healthy", "scab frog_eye_leaf_spot complex", "scab", "complex", "rust", "rust complex"]


@pytest.mark.parametrize(
    "cells, expected",
    [
        (["Atelectasis", "Cardiomegaly|Effusion"], ("Cardiomegaly|Effusion", "|")),
        (["cat; dog"], ("cat; dog", ";")),
        (["cat\tdog"], ("cat\tdog", "tab")),
        (["猫、犬"], ("猫、犬", "、")),
        (["['pleural effusion']"], ("['pleural effusion']", "json")),
        (['["cat"]'], ('["cat"]', "json")),
        (['{"choices": ["cat", "dog"]}'], ('{"choices": ["cat", "dog"]}', "json")),
        (["('cat', 'dog')"], ("('cat', 'dog')", "json")),
        (["{cat,dog}"], ("{cat,dog}", "json")),
        (["[0 3]"], ("[0 3]", "json")),
        (["['cat' 'dog']"], ("['cat' 'dog']", "json")),
        (["cat", "[]"], ("[]", "json")),
        (["cat, dog", "dog"], ("cat, dog", "comma")),
        (["cat,dog", "dog,bird"], ("cat,dog", "comma")),
        (["Action, Comedy", "Comedy, Drama", "Drama"], ("Action, Comedy", "comma")),
        (["#red #wool", "#blue"], ("#red #wool", "space")),
        (["16 0", "25"], ("16 0", "space")),  # ids, as of the Human Protein Atlas
        (["1,7,12"], ("1,7,12", "comma")),
        (["cat dog", "cat", "dog"], ("cat dog", "space")),
        (["cat/dog", "cat", "dog"], ("cat/dog", "/")),
        (["cat + dog", "cat", "dog"], ("cat + dog", "+")),
        (PLANET[:2], ("haze primary", "space")),
        (PLANET, ("haze primary", "space")),
        (LEAVES, ("rust complex", "space")),
    ],
)
def test_lists(cells, expected):
    assert list_sign(cells) == expected


NAMES = {
    name: [*getattr(categories, name)] for name in dir(categories) if name.endswith("_CATEGORIES")
}
# Of COCO, Open Images, CheXpert and ChestX-ray14; animals in Latin.
NAMES["coco"] = ["hot dog", "dog", "teddy bear", "bear", "sports ball", "baseball bat", "bat"]
NAMES["open images"] = [
    *(
        "Dining table",
        "Kitchen & dining room table",
        "Coffee table",
        "Table",
        "Table tennis racket",
    ),
    *("Human face", "Human body", "Cat furniture", "Cat", "Bicycle wheel", "Drill (Tool)"),
]
NAMES["chexpert"] = ["No Finding", "Pleural Effusion", "Pleural Other", "Lung Lesion", "Edema"]
NAMES["chestxray14"] = ["No Finding", "Pleural_Thickening", "Effusion", "Mass", "Nodule"]
NAMES["latin"] = ["Quercus alba", "Quercus rubra", "Acer rubrum", "Salix alba", "Bison bison"]
NAMES["commas"] = [
    "Human, adult",
    "Human, child",
    "Human",
    "Coffee, cup",
    "Coffee",
    "Tree, the plant",
]
NAMES["skin"] = ["dry", "oily", "sun burn", "sun flower", "burn"]
NAMES["marks"] = [
    "[UNK]",
    "(other)",
    "cat (wild)",
    "rock & roll",
    "AT&T",
    "C++",
    "n/a",
    "km/h",
    "Mass",
]
NAMES["attributes"] = [
    f"{a} {b}" for a in ("red", "blue", "green") for b in ("shirt", "dress", "hat")
]
NAMES["numbers"] = ["0", "7", "12", "3.5"]


@pytest.mark.parametrize("names", NAMES.values(), ids=NAMES)
def test_names(names):
    assert list_sign(names) is None
    assert list_sign(names, alone=False) is None


def test_other_rows_of_the_image_say_that_a_cell_is_one_class():
    cells = ["coffee table", "coffee", "table"]
    assert list_sign(cells) == ("coffee table", "space")
    assert list_sign(cells, alone=False) is None


def test_given_classes():
    assert list_sign(["a|b"], given={"a|b"}) is None
    assert list_sign(["sun burn"], given={"sun", "burn"}, alone=False) == ("sun burn", "space")
    assert list_sign(["sun burn"], given={"sun burn", "sun", "burn"}) is None


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["healthy", "scab", "complex", "scab leaf_spot complex"], "space"),  # one is new
        (["cat", "cat,dog"], "comma"),
        (["cat", "dog", "cat:dog"], ":"),
        (["cat", "dog", "cat - dog"], "-"),
        (["cat", "dog", "cat_dog"], "_"),
        (["cat", "dog", "cat and dog"], " and "),
    ],
)
def test_lists_with_other_marks(cells, sign):
    assert list_sign(cells) == (cells[-1], sign)


@pytest.mark.parametrize(
    "cells",
    [["crane", "crane, bird"], ["t-shirt", "shirt"], ["polar_bear", "bear"], ["salt and pepper"]],
)
def test_names_with_marks_are_no_lists(cells):
    assert list_sign(cells) is None


@pytest.mark.parametrize(
    "names",
    [
        ["Gorilla gorilla", "Gorilla gorilla gorilla", "Gorilla beringei"],
        ["vulpes vulpes", "vulpes lagopus", "bison bison", "bison bonasus", "lynx lynx"],
        ["Corvus corax", "Corvus corax corax", "Corvus corone", "Bubo bubo", "Bubo africanus"],
    ],
)
def test_names_with_a_word_twice_are_no_lists(names):
    assert list_sign(names) is None
