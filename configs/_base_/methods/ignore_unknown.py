# IU: binary cross entropy on the known labels alone.
head = dict(loss=dict(type="mmpartial.PartialBCELoss", unknown="ignore"))
custom_hooks = []
