"""Share mode: results without small counts. One pure function from result to result, called in one place."""
