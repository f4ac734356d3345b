"""The machines the portal stands on: their names, marks, modes of files, durable writes."""
