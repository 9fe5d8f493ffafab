# COMIC on PLT-VOC, as comic_resnet50_coco-lt-plt04.py otherwise.
_base_ = [
    "../_base_/models/resnet50_comic.py",
    "../_base_/datasets/voc_plt.py",
    "../_base_/methods/comic.py",
    "../_base_/schedules/comic_adam_step_40e.py",
    "../_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=20))
train_dataloader = dict(dataset=dict(setting="PLT", drop=0.4))
