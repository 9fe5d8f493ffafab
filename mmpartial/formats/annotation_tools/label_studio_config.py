"""The labelling config of a Label Studio project."""

from collections.abc import Sequence
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


def labelling_config(classes: Sequence[str]) -> str:
    """The labelling config of a project in which a class can be present, absent or neither."""
    choices = "".join(f"    <Choice value={quoteattr(name)}/>\n" for name in classes)
    controls = "".join(
        f'  <Header value="{title}"/>\n'
        f'  <Choices name="{control}" toName="image" choice="multiple" showInline="true">\n'
        f"{choices}  </Choices>\n"
        for control, title in (("present", "In the image"), ("absent", "Not in the image"))
    )
    return f'<View>\n  <Image name="image" value="$image"/>\n{controls}</View>\n'
