from .backbones import *  # noqa: F403
from .classifiers import *  # noqa: F403
from .heads import *  # noqa: F403
from .losses import *  # noqa: F403
from .mixing import *  # noqa: F403
from .necks import *  # noqa: F403
from .package_weights import PackageWeights
from .tta import MultiLabelTTA
