"""The labelling config of a Label Studio project, and choices of its controls."""

from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from ...utils.text_files import check_file


def classes_of_config(path: str, controls: tuple[str, str]) -> list[str]:
    """The choices of some controls in a labelling config, with the names that exports use."""
    check_file(path)
    try:
        root = ElementTree.parse(path).getroot()
    except (ElementTree.ParseError, LookupError) as error:
        raise ValueError(f"{path} is not complete XML ({error}).") from None
    found = {control.get("name"): control for control in root.iter("Choices")}
    choices = [c for name in controls if name in found for c in found[name].iter("Choice")]
    if not choices:
        there = ", ".join(map(str, found)) or "none"
        raise ValueError(
            f"{path} has no choices of {' or '.join(filter(None, controls))}, its Choices are "
            f"{there}: set present and absent to the right ones."
        )
    return list(dict.fromkeys(str(c.get("alias") or c.get("value")) for c in choices))


def choices_of(present: Sequence[str], absent: Sequence[str]) -> list[dict[str, Any]]:
    """The result of an annotation or prediction: classes that are present, and that are absent."""
    return [
        {"id": control, "from_name": control, "to_name": "image", "type": "choices",
         "value": {"choices": [*names]}}
        for control, names in (("present", present), ("absent", absent))
        if names
    ]  # fmt: skip


def labelling_config(classes: Sequence[str] | str) -> str:
    """The labelling config of a project in which a class can be present, absent or neither.

    Args:
        classes: The classes, or the variable that lists those of each task, such as ``'$asked'``.
    """
    own, choices = "", ""
    if isinstance(classes, str):
        own = f' value="{classes}"'
    else:
        choices = "".join(f"    <Choice value={quoteattr(name)}/>\n" for name in classes)
    controls = "".join(
        f'  <Header value="{title}"/>\n'
        f'  <Choices name="{control}" toName="image" choice="multiple" showInline="true"{own}>\n'
        f"{choices}  </Choices>\n"
        for control, title in (("present", "In the image"), ("absent", "Not in the image"))
    )
    return f'<View>\n  <Image name="image" value="$image"/>\n{controls}</View>\n'
