# COMIC on PLT-COCO: each positive is dropped with probability 0.4, but one stays for each image,
# and all else is unknown. The authors did not publish how they drop.
_base_ = [
    "../_base_/models/resnet50_comic.py",
    "../_base_/datasets/coco_plt.py",
    "../_base_/methods/comic.py",
    "../_base_/schedules/comic_adam_step_40e.py",
    "../_base_/default_runtime.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="PLT", drop=0.4))
