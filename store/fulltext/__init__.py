"""Find articles by their words: the one door to tantivy.

query.py     what people type, as a tree
spelling.py  one spelling for each text, and where it stands in the original
words.py     how texts of each language are cut into words, and the fields of the index
compile.py   a tree as a query of tantivy
index.py     the index beside the database, and how it follows the articles
excerpts.py  the passage that shows why an article was found
search.py    words together with all filters of events
"""
