"""Runs one module of CPython's test package and prints an outcome for each test method, as JSON lines.

Not regrtest: that imports 135 modules before its first test, so a young interpreter would score nothing. Outcomes
depend only on `unittest`. A line goes out before each test, so that whoever reads them knows which one crashed or hangs.

    driver.py MODULE [FILE]     FILE: ids of tests to leave out, one a line
"""

import os
import sys
import unittest

try:
    from json import dumps
except ImportError:
    # `json` needs more of the interpreter than `unittest` does; what is written here are flat records of strings.
    def dumps(record):
        return "{" + ", ".join(quote(key) + ": " + quote(value) for key, value in record.items()) + "}"

    def quote(text):
        escaped = (c if " " <= c < "\x7f" and c not in '"\\' else "\\u%04x" % min(ord(c), 0xFFFF) for c in text)
        return '"' + "".join(escaped) + '"'


# Tests redirect and close the standard streams; outcomes go to a copy of the first one.
OUTCOMES = os.fdopen(os.dup(1), "w", encoding="utf-8")


def emit(**record):
    OUTCOMES.write(dumps(record) + "\n")
    OUTCOMES.flush()


def reason(error):
    """Class and first line of an exception, for the list of what does not pass yet."""
    class_, value, _ = error
    lines = str(value).strip().splitlines()
    return f"{class_.__name__}: {lines[0] if lines else ''}"[:160]


class Outcomes(unittest.TestResult):
    """The worst outcome of each test; a test with subtests has several."""

    def startTest(self, test):
        super().startTest(test)
        self.outcome, self.reason = "ok", ""
        emit(event="start", test=test.id())

    def stopTest(self, test):
        super().stopTest(test)
        emit(event="stop", test=test.id(), outcome=self.outcome, reason=self.reason)

    def worse(self, outcome, why):
        if self.outcome in ("ok", "skip"):
            self.outcome, self.reason = outcome, why

    def addError(self, test, error):
        if not isinstance(test, unittest.TestCase):
            # `setUpClass` or `setUpModule`: none of their tests will start.
            emit(event="setup", test=test.id(), reason=reason(error))
            return
        self.worse("error", reason(error))

    def addFailure(self, test, error):
        self.worse("fail", reason(error))

    def addSkip(self, test, why):
        if hasattr(self, "outcome"):
            self.worse("skip", why)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.worse("fail", f"{subtest._subDescription()} {reason(error)}")

    def addUnexpectedSuccess(self, test):
        self.worse("fail", "unexpected success")


def flatten(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from flatten(test)
        else:
            yield test


def main():
    name = sys.argv[1]
    left_out = set()
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            left_out = set(file.read().split("\n"))

    from test import support

    # As regrtest without `-u`: no network, no gigabytes, nothing that hurts the machine.
    support.use_resources = {}
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName("test." + name)
    except unittest.SkipTest as skipped:
        emit(event="skipped", reason=str(skipped))
        return
    kept = unittest.TestSuite()
    for test in flatten(suite):
        if test.id() not in left_out:
            kept.addTest(test)
    kept.run(Outcomes())
    emit(event="end")


main()
