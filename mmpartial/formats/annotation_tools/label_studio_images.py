"""The places and paths of the images in Label Studio's tasks."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

from ...utils.image_endings import is_image
from ...utils.log import note, warn
from ...utils.names import canonical, visible
from .image_paths import below, check_apart, path_key

_UPLOADS = re.compile(r".*/data/upload/(?=\d+/)")
_UPLOAD = re.compile(r"\d+/(?:[0-9a-f]{8}-)?")
# Keys in signed addresses of Amazon, Google, CloudFront and Azure; they do not name an image.
_SIGNATURE = re.compile(
    r"x-(amz|goog)-.*|awsaccesskeyid|googleaccessid|key-pair-id|policy|signature|expires|"
    r"(access_?)?token|sig|se|sp|spr|sr|st|sv|ske|sks|skt|skv|skoid|sktid",
    re.IGNORECASE,
)


class Place(NamedTuple):
    """The place of an image.

    Attributes:
        path: Its path, which images of other places may share.
        scheme: The kind of place, such as ``'upload'``, ``'http'`` or ``'s3'``.
        whole: The path with the upload, host or bucket, which no other image shares.
    """

    path: str
    scheme: str
    whole: str


def image_place(value: str) -> Place:
    """The place of an image, from its value in a task.

    The path of an uploaded file is its own name, without the eight letters that Label Studio adds.
    Other paths are relative to the document root of the local storage, the server or the bucket.

    Raises:
        ValueError: The value looks like an address, but is none.

    >>> image_place('/data/upload/1/0a1b2c3d-my%20cat.jpg')
    Place(path='my cat.jpg', scheme='upload', whole='1/0a1b2c3d-my cat.jpg')
    >>> image_place('/data/local-files/?d=pets/my%20cat.jpg')
    Place(path='pets/my cat.jpg', scheme='', whole='pets/my cat.jpg')
    >>> image_place('https://example.com/my%20cat?id=1&Expires=9')
    Place(path='my cat', scheme='http', whole='example.com/my cat?id=1')
    >>> image_place('s3://bucket/pets/100%20.jpg')
    Place(path='pets/100%20.jpg', scheme='s3', whole='bucket/pets/100%20.jpg')
    """
    scheme, _, rest = value.partition("://")
    if rest and scheme not in ("http", "https"):  # paths in buckets are not encoded
        return Place(rest.partition("/")[2], scheme, rest)
    url = urlsplit(value)
    if "/data/local-files" in url.path:
        path = parse_qs(url.query).get("d", [""])[0].lstrip("/")
        return Place(path, "", path)
    if _UPLOADS.match(url.path):
        upload = unquote(_UPLOADS.sub("", url.path))
        return Place(_UPLOAD.sub("", upload, count=1).lstrip("/"), "upload", upload)
    if rest:
        path = unquote(url.path).lstrip("/")
        host = url.netloc.rpartition("@")[2].lower()
        query = [part for part in parse_qsl(url.query, True) if not _SIGNATURE.fullmatch(part[0])]
        named = f"?{urlencode(query)}" if query else ""
        return Place(path, "http", f"{host}/{path}{named}")
    return Place(value.lstrip("/"), "", value.lstrip("/"))


def warn_of_other_images(path: str, image: str, tasks: Iterable[Mapping[str, Any]]) -> None:
    """Warn if tasks have several images, because choices may be about one that is not read.

    Args:
        path: The file.
        image: The key of the image that is read.
        tasks: The data of each task.
    """
    others = {
        key
        for data in tasks
        for key, value in data.items()
        if key != image
        and isinstance(value, str)
        and (is_image(value) or is_image(value.partition("?")[0]))
        and posixpath.basename(value) != posixpath.basename(str(data.get(image)))
    }
    if others:
        warn(
            f"{path} has tasks with several images: {image!r} is read, and "
            f"{', '.join(map(repr, sorted(others)))} not; check that the controls are about "
            f"{image!r}"
        )


def local_file(image: str) -> str:
    """The value of an image in a task, if it is in the folder of a local storage."""
    return f"/data/local-files/?d={quote(image)}"


def image_paths(path: str, places: Sequence[Place], root: str) -> list[str]:
    """Different paths for different images.

    Images of different places with the same path keep the number and whole name of the upload, the
    bucket, or the host and query.
    """
    images = [below(path, place.path, root) for place in places]
    origins = [
        f"{place.scheme}://{canonical(place.whole)}" if place.scheme else path_key(place.whole)
        for place in places
    ]
    keys = [path_key(image) for image in images]
    kept: dict[str, set[str]] = defaultdict(set)
    for key, origin in zip(keys, origins, strict=True):
        kept[key].add(origin)
    shared = [len(kept[key]) > 1 for key in keys]
    if any(shared):
        first = shared.index(True)
        note(
            f"{path} has {sum(shared)} tasks whose images have the path of another one, the first "
            f"is {visible(images[first])}: they keep their whole places, as in "
            f"{visible(places[first].whole)}"
        )
        images = [
            place.whole if is_shared else image
            for image, place, is_shared in zip(images, places, shared, strict=True)
        ]
    check_apart(path, images, origins)
    return images
