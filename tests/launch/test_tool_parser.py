"""The options that several tools have."""

from mmpartial.launch import ToolParser, read_config
from tests.runs import CONFIGS


def test_options():
    parser = ToolParser("Lines\n  as they are.\n", prog="x")
    parser.add_checkpoint()
    parser.add_format()
    parser.add_cfg_options()
    assert "\nLines\n  as they are.\n" in parser.format_help()
    assert vars(parser.parse_args(["a.pth"])) == dict(
        checkpoint="a.pth", config=None, format="wide_csv", options={}, cfg_options={}
    )
    given = "a.pth --config b.py --options image=file classes=a,b --cfg-options a.b=2 c=[3,4]"
    args = parser.parse_args(given.split())
    assert (args.config, args.options) == ("b.py", dict(image="file", classes=["a", "b"]))
    assert args.cfg_options == {"a.b": 2, "c": [3, 4]}


def test_a_config_with_changes():
    changes = {"train_cfg.max_epochs": 3, "train_dataloader.dataset.setting": "SPL"}
    cfg = read_config(CONFIGS / "resnet18_digits_pal06.py", changes)
    assert (cfg.train_cfg.max_epochs, cfg.train_dataloader.dataset.setting) == (3, "SPL")
