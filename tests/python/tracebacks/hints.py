class Point:
    def __init__(self):
        self.width = 1
        self.height = 2


Point().widht
