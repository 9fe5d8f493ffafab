"""Running the main function of a script."""

import faulthandler
import os

import numpy as np

from mmpartial.launch import run_tool


def test_a_mapped_file_that_is_cut_off_is_told(tmp_path):
    file = tmp_path / "mapped"
    file.write_bytes(bytes(2**16))
    said = os.open(tmp_path / "said", os.O_WRONLY | os.O_CREAT)

    def read_what_is_gone():
        mapped = np.memmap(file, mode="r")
        os.truncate(file, 0)
        mapped.sum()

    child = os.fork()
    if child == 0:
        faulthandler.disable()  # as outside of pytest
        os.dup2(said, 2)
        run_tool(read_what_is_gone)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) < 0
    text = (tmp_path / "said").read_text()
    assert "Bus error" in text and "in read_what_is_gone" in text
