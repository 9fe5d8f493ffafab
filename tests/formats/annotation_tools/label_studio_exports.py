"""What Label Studio exports."""

import json


def choices(control, *names):
    return dict(
        value=dict(choices=list(names)), id="Dx_aB91ISN", from_name=control, to_name="image",
        type="choices", origin="manual",
    )  # fmt: skip


BOX = dict(
    original_width=600, original_height=403, image_rotation=0, id="q", type="rectanglelabels",
    value=dict(x=1.5, y=2.0, width=3.0, height=4.0, rotation=0, rectanglelabels=["cat"]),
    from_name="box", to_name="image", origin="manual",
)  # fmt: skip


def annotation(*result, skipped=False):
    return dict(
        id=7, completed_by=1, result=list(result), was_cancelled=skipped, ground_truth=False,
        created_at="2021-03-09T22:16:08.728353Z", updated_at="2021-03-09T22:16:08.728378Z",
        draft_created_at=None, lead_time=4.288, prediction={}, result_count=0, unique_id="6a3b",
        import_id=None, last_action=None, task=1, project=1, updated_by=1, parent_prediction=None,
        parent_annotation=None, last_created_by=None,
    )  # fmt: skip


def task(number, image, *annotations):
    """A task as "JSON" has it, with a prediction that nobody has submitted."""
    return dict(
        id=number, annotations=list(annotations), file_upload="0a1b2c3d-1.jpg", drafts=[],
        predictions=[dict(id=1, model_version="1", result=[choices("present", "bird")])],
        data=dict(image=image, caption="an image"), meta={}, inner_id=1, total_annotations=1,
        created_at="2021-03-09T21:52:49.513742Z", updated_at="2021-03-09T22:16:08.746926Z",
        cancelled_annotations=0, total_predictions=1, comment_count=0, unresolved_comment_count=0,
        last_comment_updated_at=None, project=1, updated_by=1, comment_authors=[],
    )  # fmt: skip


def save(tmp_path, content, name="export.json"):
    file = tmp_path / name
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return str(file)


def record(number, image, annotation_id=1, **controls):
    """An annotation as "JSON-MIN" has it: one choice is a text, several are a dict."""
    return dict(
        image=image, id=number, **controls, annotator=1, annotation_id=annotation_id,
        created_at="2021", updated_at="2021", lead_time=1.0,
    )  # fmt: skip


def export():
    """Annotated with both kinds of choices and a box; nothing chosen; skipped; not annotated."""
    return [
        task(3, "/data/upload/1/0a1b2c3d-k%C3%A4se_1.jpg",
             annotation(BOX, choices("absent", "dog"), choices("present", "cat", "犬"))),
        task(4, "/data/local-files/?d=a%20b/2.jpg", annotation(skipped=True), annotation()),
        task(5, "s3://bucket/3.jpg", annotation(choices("present", "cat"), skipped=True)),
        task(6, "https://example.com/4.jpg?x=1"),
    ]  # fmt: skip


def answered(number, value, *names, control="present"):
    return task(number, value, annotation(choices(control, *names)))
