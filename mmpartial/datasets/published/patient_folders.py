"""Patients whose images are in a folder of their own."""

import re

from ...labels.annotations import Annotations
from ...labels.groups import Groups


def with_patients(found: Annotations, folder: str) -> Annotations:
    """Annotations with the patients as groups.

    Args:
        found: The annotations.
        folder: A pattern of the patient's folder in the path of an image; its first part in
            brackets is the patient. Images without such a folder are alone.
    """
    folders = map(re.compile(folder).search, found.images)
    names = [match[1] if match else "" for match in folders]
    return found.with_groups(Groups.from_names(names) if any(names) else None)
