# PLT-VOC in COMIC's recipe, https://arxiv.org/abs/2304.10539: trained on images of VOC 2012, tested
# on VOC 2007. Put the list of 2,830 images, which is dataset/voc/voc/img_id.txt in the authors'
# repository, at data/VOCdevkit/VOC2012/longtail2012/img_id.txt. As there, objects marked difficult
# count as absent. Not here: their training does not shuffle.
_base_ = "coco_plt.py"
data_preprocessor = dict(num_classes=20)
data_root = "data/VOCdevkit/"
voc = dict(type="mmpartial.VOCMultiLabel", difficult="negative")
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
