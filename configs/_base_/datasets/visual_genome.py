# VG-200 in data/visual_genome/: vg_category_200_labels_index.json, train_list_500.txt and
# test_list_500.txt, which are published with the code of SSGRL, SST and SARB, and the images in
# VG_100K/ and VG_100K_2/. For VG-500, set ann_file and num_classes=500. Images as in coco.py.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=200)
images = dict(
    type="mmpartial.VisualGenome",
    data_root="data/visual_genome/",
    ann_file="vg_category_200_labels_index.json",
    num_classes=200,
)
train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            _delete_=True,
            image_list="train_list_500.txt",
            pipeline={{_base_.train_pipeline}},
            **images,
        )
    ),
)
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        image_list="test_list_500.txt",
        pipeline={{_base_.test_pipeline}},
        **images,
    )
)
test_dataloader = val_dataloader
