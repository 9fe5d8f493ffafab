# The whole network is trained on photos.
_base_ = [
    "../_base_/models/efficientnet-lite0.py",
    "../_base_/datasets/corel5k_128.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
    "../_base_/schedules/adam_onecycle_6e.py",
    "../_base_/default_runtime.py",
]
data_preprocessor = dict(**_base_.normalize)
model = dict(head=dict(num_classes=79, **_base_.head))
train_dataloader = dict(dataset=dict(setting="FAL"))
