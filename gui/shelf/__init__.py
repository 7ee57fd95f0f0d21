"""The window in which models are looked over, found, fetched and put to use."""
