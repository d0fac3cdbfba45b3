"""The putting together: the broker, the keys, the data folder, and which parts run where. Alone imports everything."""
