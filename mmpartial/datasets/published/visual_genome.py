"""VG-500 and VG-200: the most frequent objects of Visual Genome."""

from typing import Any

from ...labels import NEGATIVE
from ...labels.annotations import Annotations
from ...labels.class_lists import from_lists
from ...registry import DATASETS
from ...utils.json_objects import load_json
from ...utils.names import visible
from ...utils.text_files import check_file, read_lines
from ..annotated_dataset import AnnotatedDataset
from .expected_size import note_size
from .image_folders import below_folders
from .image_list import take_listed

FOLDERS = ("VG_100K", "VG_100K_2", "")
SIZES = {"train_list_500.txt": 98_249, "test_list_500.txt": 10_000}
HINT = (
    "it is published with the code of SSGRL (VG-500) and of SST and SARB (VG-200); set data_root "
    "to its folder."
)


@DATASETS.register_module()
class VisualGenome(AnnotatedDataset):
    """The 200 or 500 most frequent classes of objects in Visual Genome, VG-200 and VG-500.

    Reads the files that https://arxiv.org/abs/1908.07325 (VG-500) and https://arxiv.org/abs/
    2112.10941 (VG-200) split the dataset by: ``vg_category_200_labels_index.json`` has for each
    image, such as ``2338884.jpg``, the numbers of its classes. All other classes are negative.
    ``train_list_500.txt`` and ``test_list_500.txt`` list the images of each split.

    These files have no names of classes. Names are the numbers, unless ``class_file`` has others.

    Args:
        ann_file: The labels, below ``data_root``.
        image_list: The list of images, below ``data_root``. None takes all.
        num_classes: 200, or 500 for ``vg_category_500_labels_index.json``.
        class_file: A text file, below ``data_root``, with the name of a class on each line.
        **kwargs: Other arguments of :class:`AnnotatedDataset`. Images are in the folders
            ``VG_100K`` and ``VG_100K_2`` of ``data_prefix``, or in ``data_prefix`` itself.

    Raises:
        FileNotFoundError: A file, the image folder or images are missing.
        ValueError: A file is damaged, or does not fit the number of classes.
    """

    def __init__(
        self,
        ann_file: str = "vg_category_200_labels_index.json",
        image_list: str | None = None,
        num_classes: int = 200,
        class_file: str | None = None,
        **kwargs: Any,
    ):
        self.image_list, self.num_classes, self.class_file = image_list, num_classes, class_file
        super().__init__(ann_file=ann_file, **kwargs)

    def read(self) -> Annotations:
        """The images of the list, in the order of the labels."""
        path = self.ann_file
        check_file(path, HINT)
        content = load_json(path)
        if not isinstance(content, dict):
            raise ValueError(f"{path} is not an object with the classes of each image: {HINT}")
        images = list(content)
        for image, classes in content.items():
            if not isinstance(classes, list) or not {*map(type, classes)} <= {int}:
                raise ValueError(
                    f"{path} has {classes!r} for the image {visible(image)}: it should be a list "
                    "of the numbers of classes."
                )
        labels = from_lists(
            list(content.values()),
            [[]] * len(images),
            self.num_classes,
            NEGATIVE,
            lambda row: f"{path}: the image {visible(images[row])}",
        )
        found = take_listed(self, Annotations(images, self._classes(), labels), path)
        if self.image_list is not None:
            note_size(self.below_root(self.image_list), len(found), SIZES)
        return found.with_images(below_folders(self, found.images, FOLDERS))

    def _classes(self) -> list[str]:
        """The names of the classes."""
        if self.class_file is None:
            return [str(number) for number in range(self.num_classes)]
        path = self.below_root(self.class_file)
        names = read_lines(path, "put the names of the classes there, or leave class_file out.")
        if len(names) != self.num_classes:
            raise ValueError(
                f"{path} has {len(names)} names, but num_classes is {self.num_classes}: write one "
                "on each line."
            )
        return names
