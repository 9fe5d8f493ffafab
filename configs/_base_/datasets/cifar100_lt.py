# Long-tailed CIFAR-100, the largest class 100 times the smallest, otherwise as cifar10_lt.py.
_base_ = "cifar10_lt.py"
data_preprocessor = dict(
    num_classes=100, mean=[129.304, 124.070, 112.434], std=[68.170, 65.392, 70.418]
)
train_dataloader = dict(
    dataset=dict(dataset=dict(type="mmpartial.LongTailedCIFAR100", data_root="data/cifar100/"))
)
val_dataloader = dict(dataset=dict(type="CIFAR100", data_root="data/cifar100/"))
test_dataloader = val_dataloader
