"""Writes a report at the end of training."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
from mmengine.dist import barrier, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..engine.checks.run import bare_model
from ..formats.common.output_paths import replacing
from ..registry import HOOKS
from ..utils.log import note, warn
from .predict_images import predict_images
from .ranking_curves import extreme_classes
from .raster import picture
from .run import frequent_classes, run_page
from .run_files import LOG, read_run

DRAWN = ("Curves", "Classes")  # sections of the page whose charts are pictures as well


@contextmanager
def no_collection() -> Iterator[None]:
    """Suspend Python's garbage collection, which goes through everything that is imported.

    It takes longer than the report, and the process is about to end.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@HOOKS.register_module()
class ReportHook(Hook):
    """Write ``report.html``, ``curves.png`` and ``classes.png`` into the work_dir.

    The pictures also go to MMEngine's vis backends. For the report, the hook predicts the
    validation images once with the last weights. Without MMEngine's ``LocalVisBackend`` in the
    config there are no numbers to report.

    Args:
        predict: Whether to predict the validation images; without predictions the report has no
            confusion, no precision-recall curves and no images.
    """

    priority = "VERY_HIGH"  # of after_run: the LoggerHook closes the vis backends
    trained = False

    def __init__(self, *, predict: bool = True):
        self.predict = predict

    def after_train(self, runner: Runner) -> None:
        """Remember that there is something to report; other hooks are still writing."""
        self.trained = True

    def after_run(self, runner: Runner) -> None:
        """Write the files."""
        if not self.trained:
            return
        if is_main_process() and any(Path(runner.work_dir).glob(LOG)):
            try:
                with no_collection():
                    self._write(runner)
            except (OSError, ValueError) as error:  # the training itself is whole
                warn(f"{runner.work_dir} has no report: {error}")
        barrier()
        self.trained = False

    def _write(self, runner: Runner) -> None:
        run, predicted, dataset = read_run(runner.work_dir), None, None
        if self.predict and len(run.classes) and runner.val_loop is not None:
            dataset, model = runner.val_dataloader.dataset, bare_model(runner)
            loader = runner.cfg.val_dataloader
            classes = frequent_classes(run), extreme_classes(run)
            predicted = predict_images(model, dataset, loader, *classes)
        page = run_page(run, predicted, dataset)
        page.write(run.folder / "report.html", force=True)
        for section in page.sections:
            if section.title in DRAWN:
                name, pixels = section.title.lower(), picture(section.charts)
                with replacing(run.folder / f"{name}.png") as temporary:
                    cv2.imwrite(temporary, pixels[..., ::-1])
                runner.visualizer.add_image(name, pixels, step=runner.iter)
        note(f"open {run.folder / 'report.html'} in a browser to see this run.")
