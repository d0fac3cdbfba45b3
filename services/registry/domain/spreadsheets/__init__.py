"""Files of rows and columns: what may come in, what stands in their cells, and how one is written."""
