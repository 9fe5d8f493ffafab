"""CSV and Parquet tables: their columns, rows, cells and faults."""
