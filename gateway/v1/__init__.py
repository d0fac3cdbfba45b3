"""The partners' API, version 1: the stable promise. One module per service whose resources it shows."""
