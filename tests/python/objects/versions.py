# Methods of the same name in different classes.
class A(ExceptionGroup):
    pass


class B(ExceptionGroup):
    def derive(self, excs):
        return B("of B", excs)


def derived(group):
    return type(getattr(group, "derive")([OSError(1)])).__name__


print(derived(A("a", [ValueError(1)])), derived(B("b", [ValueError(1)])))
for index in range(5):
    kind = type(f"Made{index}", (), {"f": lambda self, index=index: index})
    print(getattr(kind(), "f")(), end=" ")
print()
