# unittest.mock: calls recorded, return values, side effects, specifications, patches.
import asyncio
from unittest import mock
from unittest.mock import ANY, AsyncMock, MagicMock, Mock, PropertyMock, call, create_autospec, mock_open, patch, sentinel


class Real:
    attribute = 1

    def method(self, a, b=2):
        return a + b

    @property
    def prop(self):
        return "real"


def function(x, *, y=1):
    return x


m = Mock(name="m")


def attempt(text):
    try:
        print(text, "->", eval(text))
    except Exception as error:
        print(text, "->", type(error).__name__, error)


for text in r"""m(1, k=2) is m.return_value, m.called, m.call_count, m.call_args, m.call_args.args, m.call_args.kwargs, m.mock_calls, m.a.b(3) is m.a.b.return_value, m.mock_calls, m.method_calls, m.call_args_list, call(1, k=2) in m.mock_calls
m.assert_called_with(1, k=2), m.assert_called_once(), m.a.b.assert_called_once_with(3), m.assert_any_call(1, k=ANY), m.assert_has_calls([call(1, k=2), call.a.b(3)]), m.zz.assert_not_called()
m.assert_called_with(2)
m.assert_not_called()
m.a.b.assert_called_once_with(4)
m.assert_has_calls([call(9)])
Mock().assert_called()
Mock().assert_called_once()
m.assrt_called
m.reset_mock(), m.called, m.call_args, m.mock_calls
Mock(return_value=5)(), Mock(side_effect=[1, 2])(), Mock(side_effect=lambda x: x * 2)(4), (lambda s: (s(), s()))(Mock(side_effect=[1, 2])), Mock(x=1).x, Mock(**{"a.b.return_value": 7}).a.b(), Mock(side_effect=lambda: mock.DEFAULT, return_value=3)()
Mock(side_effect=KeyError("k"))()
(lambda s: (s(), s()))(Mock(side_effect=[1]))
Mock(spec=Real).method(1).__class__.__name__, isinstance(Mock(spec=Real), Real), Mock(spec=["a"]).a is not None
Mock(spec=Real).nope
Mock(spec_set=Real).__setattr__("nope", 1)
Mock(spec=["a"]).b
len(MagicMock()), list(MagicMock()), int(MagicMock()), bool(MagicMock()), MagicMock() + 1 is None, MagicMock()[1].__class__.__name__, (lambda x: (x.__len__.__setattr__("return_value", 3), len(x)))(MagicMock()), MagicMock().__enter__().__class__.__name__, MagicMock() == 5, str(MagicMock(name="n"))[:17]
len(Mock())
create_autospec(function)(1, y=2).__class__.__name__, create_autospec(Real)().method(1).__class__.__name__, create_autospec(function, return_value=9)(1)
create_autospec(function)()
create_autospec(function)(1, z=2)
create_autospec(Real)().method()
create_autospec(Real)().nope
call(1).foo(2).call_list(), call.a.b(1) == call.a.b(1), call(1) == call(2), call == call, repr(call.x[1].y(2)), call(1, a=2)[1:], tuple(call.m(3))
sentinel.a is sentinel.a, repr(sentinel.b), ANY == 5, 5 == ANY, repr(ANY), [1, "x"] == [ANY, "x"]
(lambda p: (p.start().__class__.__name__, Real.attribute.__class__.__name__, p.stop(), Real.attribute))(patch.object(Real, "attribute"))
patch.object(Real, "nope").start()
patch("nope.nope").start()
patch("x").start()
(lambda p: (p.__enter__(), __import__("os").environ["MOCKED"], p.__exit__(None, None, None), "MOCKED" in __import__("os").environ))(patch.dict("os.environ", {"MOCKED": "1"}))[1:]
(lambda f: (f("n").read(), f().readline(), f.call_args_list))(mock_open(read_data="one\ntwo"))
(lambda t: (setattr(t, "prop", PropertyMock(return_value=4)), t().prop, t.__dict__["prop"].call_count))(type("T", (), {}))
asyncio.run(AsyncMock(return_value=6)()), (lambda a: (asyncio.run(a(1)), a.await_count, a.await_args, a.assert_awaited_once_with(1)))(AsyncMock(return_value=0))[1:]
(lambda parent: (parent.attach_mock(Mock(), "child"), parent.child(1), parent.mock_calls))(Mock())[2], Mock(wraps=Real()).method(1), mock.seal(m), mock.FILTER_DIR, Mock().configure_mock(a=1)
m.sealed_now
dir(Mock(spec=Real))[-2:], Mock(name="x").__repr__()[:14], mock.NonCallableMock().a is not None, callable(mock.NonCallableMock())""".splitlines():
    attempt(text)
