"""The meaning of each number in the log of a training."""

LOG_VALUES = {
    "loss": "the number that training reduces: the sum of all parts whose names contain “loss”",
    "lr": "learning rate",
    "grad_norm": "length of the gradient, if the config clips it",
    "time": "seconds for an iteration",
    "data_time": "seconds of it in which training waited for images",
    "memory": "memory of the GPU, in MB",
    "alpha": "weight of a positive label, averaged over the classes",
    "beta": "weight of a negative label, averaged over the classes; alpha + beta = 1",
    "gate": "how much unknown labels count, averaged over the classes: 0 not at all, 1 fully",
    "d": "weight of the unknown part of the loss, if a schedule sets it",
    "doubled": "share of the images whose loss is doubled because all their predictions are "
    "low, if `p_mode` is on",
    "known_part": "the part of the loss that known labels add",
    "unknown_part": "the part of the loss that unknown labels add",
    "modified": "unknown labels of the batch whose large loss was ignored or corrected (LL-R, "
    "LL-Ct, LL-Cp)",
    "corrected": "unknown labels of the batch that count as positive because of their score (SPLC)",
    "group_gap": "cross entropy of the predictions with the running predictions of their groups "
    "(AssetReg)",
    "recalled": "labels of the batch that count as positive because of their score (COMIC)",
    "modifier_loss": "loss of COMIC's classifiers",
    "corrector_loss": "loss of COMIC's networks that correct labels",
    "balancer_loss": "loss that lets head and tail classes learn from each other (COMIC)",
    "mixing_loss": "loss of mixtures that are not between their images (PU-MLC)",
    "hidden_positives": "mean pseudo label of the positive labels that the setting hides; better "
    "if high",
    "hidden_negatives": "mean pseudo label of the negative labels that the setting hides; better "
    "if low",
    "mAP": "mean average precision of the classes on the validation images, in percent",
    "mAP_head": "mAP of the head classes, which have at least 100 training positives by default",
    "mAP_medium": "mAP of the medium classes, between head and tail",
    "mAP_tail": "mAP of the tail classes, which have fewer than 20 training positives by default",
}
