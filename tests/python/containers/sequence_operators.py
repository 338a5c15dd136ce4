for left in [[], (), [1]]:
    for right in [[], (), "x", b"", 1.5, None]:
        for operator in ["+", "*"]:
            try:
                print(eval(f"left {operator} right"))
            except TypeError as error:
                print(operator, error)
