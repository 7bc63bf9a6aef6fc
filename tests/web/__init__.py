"""The API as programs meet it: forms, pages, errors, its description, its clients."""
