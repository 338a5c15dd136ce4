"""Random play of Go on a small board, with groups of stones by union-find: objects, sets, lists, integers."""
import sys

SIZE = 9
EMPTY, BLACK, WHITE = 0, 1, 2


class Random:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFF
        return (self.state >> 24) % n


class Square:
    def __init__(self, position):
        self.position = position
        self.color = EMPTY
        self.neighbours = []
        self.reference = self
        self.ledges = 0
        self.members = 0

    def find(self):
        square = self
        while square.reference is not square:
            square = square.reference
        self.reference = square
        return square


class Board:
    def __init__(self, random):
        self.random = random
        self.squares = [Square(i) for i in range(SIZE * SIZE)]
        for i, square in enumerate(self.squares):
            x, y = i % SIZE, i // SIZE
            for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                if 0 <= x + dx < SIZE and 0 <= y + dy < SIZE:
                    square.neighbours.append(self.squares[(y + dy) * SIZE + x + dx])
        self.empty = list(range(SIZE * SIZE))
        self.captured = [0, 0, 0]

    def liberties(self, square):
        color = square.color
        seen = {square.position}
        stack = [square]
        found = set()
        group = []
        while stack:
            current = stack.pop()
            group.append(current)
            for other in current.neighbours:
                if other.color == EMPTY:
                    found.add(other.position)
                elif other.color == color and other.position not in seen:
                    seen.add(other.position)
                    stack.append(other)
        return found, group

    def is_useful(self, position, color):
        square = self.squares[position]
        if square.color != EMPTY:
            return False
        own = 0
        for other in square.neighbours:
            if other.color == EMPTY:
                return True
            if other.color == color:
                own += 1
                if len(self.liberties(other)[0]) > 1:
                    return own < len(square.neighbours)
            elif len(self.liberties(other)[0]) == 1:
                return True
        return False

    def play(self, position, color):
        square = self.squares[position]
        square.color = color
        self.empty.remove(position)
        for other in square.neighbours:
            if other.color == color:
                other.find().reference = square.find()
        for other in square.neighbours:
            if other.color != EMPTY and other.color != color:
                found, group = self.liberties(other)
                if not found:
                    for stone in group:
                        stone.color = EMPTY
                        stone.reference = stone
                        self.empty.append(stone.position)
                    self.captured[color] += len(group)

    def random_move(self, color):
        choices = len(self.empty)
        for _ in range(min(choices, 12)):
            i = self.random.below(choices)
            position = self.empty[i]
            if self.is_useful(position, color):
                return position
        return None

    def score(self):
        result = [0, 0, 0]
        for square in self.squares:
            if square.color != EMPTY:
                result[square.color] += 1
            else:
                colors = {other.color for other in square.neighbours}
                if len(colors) == 1:
                    result[colors.pop()] += 1
        return result


def playout(random):
    board = Board(random)
    color, passes, moves = BLACK, 0, 0
    while passes < 2 and moves < 150:
        position = board.random_move(color)
        if position is None:
            passes += 1
        else:
            passes = 0
            board.play(position, color)
        moves += 1
        color = BLACK + WHITE - color
    return board.score(), board.captured


def main(n):
    random = Random(1)
    black = white = taken = 0
    for _ in range(n):
        (_, b, w), captured = playout(random)
        black += b
        white += w
        taken += captured[1] + captured[2]
    print(black, white, taken)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 170)
