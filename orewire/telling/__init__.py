"""From stored events to messages on their way: the order of the steps, between store, alerts and digest.

    changed events ──judge──> alerts ──compose──> messages ──send──> channels
                                      readers' hours ──digest──┘

Each arrow is one transaction, and each queue a table: see orewire.pipeline, whose work goes on here.
"""
