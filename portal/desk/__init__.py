"""The desk's own pages: its site, jobs, identity, set-up."""
