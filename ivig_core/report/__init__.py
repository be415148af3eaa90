"""What leaves the room: figures, tables and words of one analysis as slides, as a page, as a document."""
