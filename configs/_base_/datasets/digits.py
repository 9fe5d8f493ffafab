# Real handwritten digits on small cluttered images: 40 classes, no download.
data_preprocessor = dict(
    num_classes=40, mean=[127.5, 127.5, 127.5], std=[64.0, 64.0, 64.0], to_rgb=False
)

train_dataloader = dict(
    batch_size=16,
    num_workers=0,
    persistent_workers=False,
    pin_memory=False,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=True),
    dataset=dict(
        type="mmpartial.PartialLabelDataset",
        seed=0,
        dataset=dict(
            type="mmpartial.ClutteredDigits",
            split="train",
            pipeline=[
                dict(type="RandomCrop", crop_size=40, padding=4),
                dict(type="PackInputs"),
            ],
        ),
    ),
)

val_dataloader = dict(
    batch_size=200,
    num_workers=0,
    persistent_workers=False,
    pin_memory=False,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=False),
    dataset=dict(
        type="mmpartial.ClutteredDigits", split="test", pipeline=[dict(type="PackInputs")]
    ),
)
test_dataloader = val_dataloader

val_evaluator = dict(type="mmpartial.PartialMultiLabelMetric")
test_evaluator = val_evaluator

# A mirrored digit is no digit, so test.py --tta shifts images by two pixels (training by up to 4).
tta_pipeline = [
    dict(
        type="TestTimeAug",
        transforms=[
            [
                dict(type="Translate", magnitude=shift, direction=direction, pad_val=0, prob=1.0,
                     random_negative_prob=0.0)
                for shift, direction in [
                    (0.0, "horizontal"), (0.05, "horizontal"), (-0.05, "horizontal"),
                    (0.05, "vertical"), (-0.05, "vertical"),
                ]
            ],
            [dict(type="PackInputs")],
        ],
    )
]  # fmt: skip
