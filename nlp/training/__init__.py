"""Where the heads come from: labelled texts written for this project, and the training on them (`make train`).

Nothing of this is needed to read articles; the labelled texts are not part of the installed package.
"""
