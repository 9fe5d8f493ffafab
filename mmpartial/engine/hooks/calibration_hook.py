"""A model that is ready for use: calibrated, with thresholds, in one file."""

from pathlib import Path
from typing import Any

from mmengine.dist import barrier, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...calibration import LEAST, Result, check_options
from ...models.decision import Decision
from ...models.extractor import weights_of_features
from ...registry import HOOKS
from ...utils.commands import command
from ...utils.log import note, warn
from ...utils.torch_load import read_checkpoint
from ..trained_model import calibrate_model, trained_model, write_decided
from ..trained_on import check_not_trained_on

KEPT = ("meta", "state_dict", "loss_memory", "train_counts")  # all that a prediction needs


@HOOKS.register_module()
class CalibrationHook(Hook):
    """Calibrate the best checkpoint on the validation images after training.

    The best checkpoint is that of ``CheckpointHook(save_best=...)``, or the last one without this
    option. Its weights go into ``model.pth`` in the work_dir, with calibration and thresholds. If
    the run was on features, the network that computed them goes there as well. The hook also
    writes ``thresholds.csv``, ``reliability.csv`` and ``reliability.png``. If the validation images
    do not suffice for a calibration, the log says why, and the thresholds of ``model.pth`` are 0.5.

    Args:
        method: See :func:`mmpartial.calibration.fit`.
        criterion: See :func:`mmpartial.calibration.criterion_named`.
        least: Known positives and negatives that a class needs for a threshold of its own.
        file: Name of the file.
    """

    priority = "LOWEST"  # after the last checkpoint

    def __init__(
        self,
        *,
        method: str = "platt",
        criterion: str = "f1",
        least: int = LEAST,
        file: str = "model.pth",
    ):
        check_options(method, criterion, least)
        self.options: dict[str, Any] = dict(method=method, criterion=criterion, least=least)
        self.file = file

    def after_train(self, runner: Runner) -> None:
        """Calibrate, and write the files; the Runner's model stays as it is."""
        if is_main_process():
            self._write(runner)
        barrier()

    def _write(self, runner: Runner) -> None:
        info = runner.message_hub.runtime_info
        source = info.get("best_ckpt") or info.get("last_ckpt")
        if source is None or not Path(source).is_file():
            warn(f"this run wrote no checkpoint, and so there is no {self.file}.")
            return
        content = {k: v for k, v in read_checkpoint(Path(source)).items() if k in KEPT}
        features = content["meta"]["dataset_meta"].get("features")
        if features and "extractor" in runner.cfg:
            try:
                content["extractor"] = weights_of_features(runner.cfg.extractor, features, source)
            except ValueError as error:
                warn(f"{self.file} lacks the network that computed the features: {error}")
        model: Any = trained_model(runner.cfg, content, source)
        folder = Path(runner.work_dir)
        try:
            result = self._calibrate(runner, model)
            decision = result.decision
            result.save(folder)
        except ValueError as error:
            warn(f"{self.file} is not calibrated and has the thresholds 0.5: {error}")
            decision = Decision(model.head.loss_module)
        write_decided(content, decision, folder / self.file)
        path = str(folder / self.file)
        predict = command("predict", path, "PHOTOS/", "--out", "predictions.csv")
        note(f"wrote {path} with the weights of {source}. To predict photos: {predict}")

    def _calibrate(self, runner: Runner, model: Any) -> Result:
        if runner.cfg.get("val_dataloader") is None:
            raise ValueError("the config has no val_dataloader, whose images would calibrate it.")
        dataset = runner.val_dataloader.dataset
        check_not_trained_on(runner.train_dataloader.dataset, dataset, "val_dataloader")
        result = calibrate_model(model, dataset, runner.cfg.val_dataloader, **self.options)
        for sentence in result.notes:
            note(sentence)
        note(f"on the validation images, in percent:\n{result.summary.round(1).to_string()}")
        return result
