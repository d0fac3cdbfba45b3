"""What shows that the system does what it promises."""
