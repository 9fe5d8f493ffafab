"""Texts of a figure that is drawn."""

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg


def draw(figure):
    """Draw a figure, so that its texts have places."""
    FigureCanvasAgg(figure).draw()
    return figure


def texts(labels):
    return [label.get_text() for label in labels]


def boxes_overlap(labels):
    """The pairs of texts that are drawn on each other."""
    shown = [label for label in labels if label.get_text() and label.get_visible()]
    return [
        (a.get_text(), b.get_text())
        for a, b in combinations(shown, 2)
        if a.get_window_extent().overlaps(b.get_window_extent())
    ]
