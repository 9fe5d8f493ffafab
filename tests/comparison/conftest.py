"""The server of processes imports the stack once for all tests, whichever of them starts it."""

import multiprocessing

multiprocessing.get_context("forkserver").set_forkserver_preload(["mmpartial.comparison.execution"])
