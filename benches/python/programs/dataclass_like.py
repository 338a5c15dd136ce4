"""Accounts and events: instances with slots and dicts, __eq__, __hash__, __repr__, __getattr__, operators."""
import sys


class Money:
    __slots__ = ("units", "currency")

    def __init__(self, units, currency="EUR"):
        self.units = units
        self.currency = currency

    def __add__(self, other):
        if not isinstance(other, Money):
            return NotImplemented
        return Money(self.units + other.units, self.currency)

    def __eq__(self, other):
        return isinstance(other, Money) and self.units == other.units and self.currency == other.currency

    def __lt__(self, other):
        return self.units < other.units

    def __hash__(self):
        return hash((self.units, self.currency))

    def __bool__(self):
        return self.units != 0

    def __repr__(self):
        return f"Money({self.units!r}, {self.currency!r})"


class Account:
    def __init__(self, owner):
        self.owner = owner
        self.entries = []
        self._cache = None

    def __len__(self):
        return len(self.entries)

    def __getitem__(self, i):
        return self.entries[i]

    def __contains__(self, money):
        return money in self.entries

    def __getattr__(self, name):
        if name.startswith("total_"):
            return sum(e.units for e in self.entries if e.currency == name[6:])
        raise AttributeError(name)

    def __iadd__(self, money):
        self.entries.append(money)
        return self

    def balance(self):
        result = Money(0)
        for entry in self.entries:
            result = result + entry
        return result


def main(n):
    distinct = set()
    for i in range(n):
        account = Account("owner%d" % (i % 10))
        for k in range(12):
            account += Money(i % 50 + k, "EUR" if k % 3 else "USD")
        balance = account.balance()
        distinct.add(balance)
        largest = max(account.entries)
        inside = Money(i % 50 + 3, "USD") in account
        total = account.total_USD + len(account) + account[2].units + bool(balance)
    print(len(distinct), balance, largest, inside, total, hasattr(account, "missing"))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60000)
