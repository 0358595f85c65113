"""The workshop loop: notes taken on the page, merged, and shown beside the exhibits they are about."""
