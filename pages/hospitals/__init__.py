"""Files of several hospitals on a page: loaded, put together, made and explained."""
