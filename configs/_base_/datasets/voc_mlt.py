# VOC-MLT in DB's recipe, https://arxiv.org/abs/2007.09654: trained on images of VOC 2012, tested on
# VOC 2007. Put the list of 1,142 images, which is appendix/VOCdevkit/longtail2012/img_id.txt in the
# authors' repository, at data/VOCdevkit/VOC2012/longtail2012/img_id.txt. As there, objects marked
# difficult count as present. coco_mlt.py says what is not here.
_base_ = "coco_mlt.py"
data_preprocessor = dict(num_classes=20)
data_root = "data/VOCdevkit/"
voc = dict(type="mmpartial.VOCMultiLabel", difficult="positive")
train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            _delete_=True,
            data_root=data_root + "VOC2012",
            split="trainval",
            image_list="longtail2012/img_id.txt",
            pipeline={{_base_.train_pipeline}},
            **voc,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        data_root=data_root + "VOC2007",
        split="test",
        pipeline={{_base_.test_pipeline}},
        **voc,
    ),
)
test_dataloader = val_dataloader
