print("hello", 1, None, sep="-")
