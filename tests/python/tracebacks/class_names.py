class Outer:
    class Failed(Exception):
        def __str__(self):
            raise RuntimeError("no text")


raise Outer.Failed(1, 2)
