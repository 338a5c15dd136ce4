def area(length, breadth):
    return lenght * breadth


area(1, 2)
