"""Writes a report at the end of training."""

from pathlib import Path

from mmengine.dist import barrier, is_main_process
from mmengine.hooks import Hook
from mmengine.runner import Runner

from ..engine.checks.run import bare_model
from ..formats.common.output_paths import write_figure
from ..registry import HOOKS
from ..utils.log import note, warn
from .predict_images import predict_images
from .ranking_curves import extreme_classes
from .run import frequent_classes, run_page
from .run_figures import figure_of_classes, figure_of_curves, pixels_of
from .run_files import LOG, read_run


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
        figures = dict(curves=figure_of_curves(run))
        if len(run.classes):
            figures["classes"] = figure_of_classes(run.classes)
        for name, figure in figures.items():
            write_figure(run.folder / f"{name}.png", figure, format="png")
            runner.visualizer.add_image(name, pixels_of(figure), step=runner.iter)
        note(f"open {run.folder / 'report.html'} in a browser to see this run.")
