"""CSV and Parquet tables: their columns, rows and cells, and what can be wrong with them."""
