def f():
    if True:
        nonlocal y
