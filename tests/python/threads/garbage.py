"""Objects that several threads make, share and drop, with weak references and finalizers."""
import gc
import threading
import weakref

THREADS = 4
shared = [None] * THREADS
finalized = [0] * THREADS


class Node:
    def __init__(self, owner, value, next):
        self.owner, self.value, self.next = owner, value, next


class Final:
    def __init__(self, owner):
        self.owner = owner

    def __del__(self):
        finalized[self.owner] += 1


def work(own):
    chain = None
    for n in range(300):
        chain = Node(own, n, chain if n % 50 else None)
        shared[own] = [chain, {"n": n, "text": "x" * (n % 7)}, (n, -n)]
        other = shared[(own + 1) % THREADS]
        if other is not None:
            node, table, pair = other
            assert table["n"] == pair[0] == -pair[1] == node.value
            while node is not None:
                assert node.owner == (own + 1) % THREADS
                node = node.next
        reference = weakref.ref(chain)
        assert reference() is chain
        Final(own)
        if n % 100 == own:
            gc.collect()


threads = [threading.Thread(target=work, args=(own,)) for own in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for _ in range(3):
    gc.collect()
print([count > 250 for count in finalized])
print([shared[own][0].value for own in range(THREADS)])
