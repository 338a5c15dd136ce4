"""Value iteration over a decision process whose states are tuples: dicts, tuples, hashing, memoised functions."""
import sys

SIDES = 4


class Battle:
    """A duel of two fighters: (own health, other's health, own charge)."""

    def __init__(self, health):
        self.health = health
        self.cache = {}

    def actions(self, state):
        own, other, charge = state
        if own <= 0 or other <= 0:
            return ()
        return ("strike", "charge", "guard") if charge < 2 else ("strike", "guard")

    def outcomes(self, state, action):
        key = state, action
        found = self.cache.get(key)
        if found is not None:
            return found
        own, other, charge = state
        result = {}
        for roll in range(1, SIDES + 1):
            for reply in range(1, SIDES + 1):
                a, b, c = own, other, charge
                if action == "strike":
                    b -= roll + charge * 2
                    c = 0
                    a -= reply
                elif action == "charge":
                    c += 1
                    a -= reply
                else:
                    a -= max(0, reply - 3)
                after = (max(a, 0), max(b, 0), c)
                result[after] = result.get(after, 0.0) + 1.0 / SIDES**2
        found = self.cache[key] = tuple(sorted(result.items()))
        return found

    def reachable(self):
        start = (self.health, self.health, 0)
        seen = {start}
        todo = [start]
        while todo:
            state = todo.pop()
            for action in self.actions(state):
                for after, _ in self.outcomes(state, action):
                    if after not in seen:
                        seen.add(after)
                        todo.append(after)
        return seen

    def solve(self, rounds):
        states = sorted(self.reachable())
        values = {s: 1.0 if s[1] <= 0 < s[0] else 0.0 for s in states}
        for _ in range(rounds):
            for state in states:
                best = None
                for action in self.actions(state):
                    expected = 0.0
                    for after, probability in self.outcomes(state, action):
                        expected += probability * values[after]
                    if best is None or expected > best:
                        best = expected
                if best is not None:
                    values[state] = best * 0.999
        return len(states), values[self.health, self.health, 0]


def main(n):
    count, value = Battle(16).solve(n)
    print(count, "%.9f" % value)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 180)
