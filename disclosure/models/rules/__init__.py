"""What single values must be: days, addresses, bases, scans."""
