"""What is done after a request has been answered: jobs with their progress."""
