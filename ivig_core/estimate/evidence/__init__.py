"""Several published estimates in one."""
