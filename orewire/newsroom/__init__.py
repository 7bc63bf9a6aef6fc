"""The sample newsroom: outlets and articles of our own, served on loopback with the mess that real sites have.

`outlets/*.yaml` hold the texts, about real, dated developments, and what a coder should find in them (`gold`). The
demo, the benchmark and the tests gather from it over real HTTP. It knows the model, and nothing of how orewire reads.
"""
