"""Files to fill in, so that a hospital can collect in the shape that is read: CSV, Excel, REDCap."""
