"""The project room: a folder of documents, in order, counted and searched."""
