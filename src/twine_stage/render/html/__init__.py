"""Reports as HTML: pages that need nothing beside themselves; pure, report to text."""
