"""Annual reports at the desk: tables, findings, the pages kept while somebody fills them in."""
