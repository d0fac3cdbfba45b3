"""The registry: who is out there, and what is agreed with them."""
