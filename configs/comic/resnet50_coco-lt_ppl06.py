# COMIC on PLT-COCO: 40 % of the positives are dropped and all else is unknown. The authors did not
# publish how they drop; PPL keeps at least one an image.
_base_ = [
    "../_base_/models/resnet50_comic.py",
    "../_base_/datasets/coco_plt.py",
    "../_base_/methods/comic.py",
    "../_base_/schedules/comic_adam_step_40e.py",
    "../_base_/default_runtime.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="PPL", ratio=0.6))
