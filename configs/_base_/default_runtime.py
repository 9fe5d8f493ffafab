# MMPretrain's runtime, and the hooks that partial labels need.
_base_ = "mmpretrain::_base_/default_runtime.py"

runner_type = "mmpartial.TerseRunner"

default_hooks = dict(
    logger=dict(type="mmpartial.RegularLoggerHook", interval=50),
    checkpoint=dict(
        type="mmpartial.ResumableCheckpointHook",
        interval=1,
        max_keep_ckpts=2,
        save_best="multi-label/mAP",
        rule="greater",
    ),
    work_dir=dict(type="mmpartial.WorkDirHook"),
    guard=dict(type="mmpartial.GuardHook"),
    image_errors=dict(type="mmpartial.ImageErrorHook"),
    loss_memory=dict(type="mmpartial.LossMemoryHook"),
    mixing=dict(type="mmpartial.MixingHook"),
    feature_moments=dict(type="mmpartial.FeatureMomentsHook"),
    decision=dict(type="mmpartial.DecisionHook"),
    class_report=dict(type="mmpartial.ClassReportHook"),
    hidden_labels=dict(type="mmpartial.HiddenLabelHook"),
    report=dict(type="mmpartial.ReportHook"),
    buffers=dict(type="mmpartial.MainBuffersHook"),
    reproducible=dict(type="mmpartial.ReproducibleHook"),
    preemption=dict(type="mmpartial.PreemptionHook"),
)

randomness = dict(seed=0)

tta_model = dict(type="mmpartial.MultiLabelTTA")
