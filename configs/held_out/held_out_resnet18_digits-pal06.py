# 15 % of the training images are held out, with full labels, and choose the best epoch; the test
# set is looked at once, after training, for the last and the best epoch apart. For the held-out
# images' observed labels alone, give setting and ratio of the training set in the place of FAL.
_base_ = "../resnet18_digits_pal06.py"
train_dataloader = dict(dataset=dict(held_out=0.15))
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="mmpartial.PartialLabelDataset",
        setting="FAL",
        held_out=0.15,
        part="held_out",
        dataset=_base_.train_dataloader.dataset.dataset,
        pipeline=_base_.test_dataloader.dataset.pipeline,
    )
)
train_cfg = dict(val_interval=1)
default_hooks = dict(final_test=dict(type="mmpartial.FinalTestHook"))
