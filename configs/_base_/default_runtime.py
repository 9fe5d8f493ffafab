# MMPretrain's runtime, plus what partial labels need. It is written out, because MMEngine reads all
# of MMPretrain's model files to find one that it inherits.
default_scope = "mmpretrain"
runner_type = "mmpartial.TerseRunner"

default_hooks = dict(
    timer=dict(type="IterTimerHook"),
    param_scheduler=dict(type="ParamSchedulerHook"),
    sampler_seed=dict(type="DistSamplerSeedHook"),
    visualization=dict(type="VisualizationHook", enable=False),
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

env_cfg = dict(
    cudnn_benchmark=False,
    mp_cfg=dict(mp_start_method="fork", opencv_num_threads=0),
    dist_cfg=dict(backend="nccl"),
)
vis_backends = [dict(type="LocalVisBackend")]
visualizer = dict(type="UniversalVisualizer", vis_backends=vis_backends)
log_level = "INFO"
load_from = None
resume = False
randomness = dict(seed=0, deterministic=False)

tta_model = dict(type="mmpartial.MultiLabelTTA")
