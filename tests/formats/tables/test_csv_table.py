"""Memory of CSV tables with many columns."""

import os
import resource

from mmpartial.formats.tables.csv_table import CsvTable

COLUMNS = 20_000


def test_a_column_takes_little_memory(tmp_path):
    names = [str(i) for i in range(COLUMNS)]
    (tmp_path / "x.csv").write_text(f"image,{','.join(names)}\n1.jpg{',1' * COLUMNS}\n")
    child = os.fork()  # its peak of memory is its own
    if child == 0:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in CsvTable(str(tmp_path / "x.csv")).batches(names):
            pass
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        os._exit(min(255, grown * 1024 // COLUMNS // 100))  # in 100 bytes a column
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) < 80
