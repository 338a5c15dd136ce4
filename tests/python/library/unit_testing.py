# unittest and doctest run in the program itself: outcomes, fixtures, subtests, mocks.
import doctest
import io
import unittest
from unittest import mock


class Sample(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print("class set up")

    def setUp(self):
        self.addCleanup(print, "cleanup")

    def test_equal(self):
        self.assertEqual([1, 2], [1, 3])

    def test_raises(self):
        with self.assertRaisesRegex(ValueError, "bad.*") as caught:
            raise ValueError("bad value")
        self.assertIn("value", str(caught.exception))

    def test_subtests(self):
        for n in range(3):
            with self.subTest(n=n):
                self.assertNotEqual(n, 1)

    @unittest.skip("not now")
    def test_skipped(self): ...

    @unittest.expectedFailure
    def test_expected(self):
        self.fail("as expected")

    def test_error(self):
        raise KeyError("oops")

    def test_logs(self):
        import logging

        with self.assertLogs("x", "INFO") as logs:
            logging.getLogger("x").info("logged")
        self.assertEqual(logs.output, ["INFO:x:logged"])


out = io.StringIO()
result = unittest.TextTestRunner(out, verbosity=0).run(unittest.defaultTestLoader.loadTestsFromTestCase(Sample))
print(result, [str(t) for t, _ in result.failures], [e.splitlines()[-1] for _, e in result.errors], result.skipped[0][1], len(result.expectedFailures))
for a, b in ([1, 2, 3], [1, 5, 3]), ({"a": 1}, {"a": 2}), ("line\n", "lime\n"), ({1}, {2}):
    try:
        Sample("test_equal").assertEqual(a, b)
    except AssertionError as error:
        print(error)
target = mock.Mock(return_value=3)
target.method.side_effect = [1, ValueError("x")]
print(target(1, a=2), target.call_args, target.method(), target.mock_calls, mock.MagicMock().__len__())
target.assert_called_once_with(1, a=2)
try:
    target.assert_called_with(5)
except AssertionError as error:
    print(error)
with mock.patch("os.getcwd", return_value="/mocked"), mock.patch.dict("os.environ", {"K": "v"}):
    import os

    print(os.getcwd(), os.environ["K"])


def documented(n):
    """Doubles.

    >>> documented(2)
    4
    >>> documented("a")
    'aa'
    >>> documented(None)
    Traceback (most recent call last):
    TypeError: unsupported operand type(s) for *: 'NoneType' and 'int'
    >>> [documented(1),
    ...  3]
    [2, 4]
    """
    return n * 2


runner = doctest.DocTestRunner(verbose=False)
for test in doctest.DocTestFinder().find(documented, globs={"documented": documented}):
    report = io.StringIO()
    print(runner.run(test, out=report.write))
    print(report.getvalue().replace(__file__, "FILE"))
