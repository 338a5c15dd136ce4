print(collections.deque)
