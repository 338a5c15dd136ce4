"""What may not be written in an annotation, evaluated or not."""
tests=["object.__debug__: int","(x): (yield)","x: (yield)","test.test: (yield a + b)","test[something]: (yield from x)","def func(test: (yield from o)): pass","def test() -> (await y): pass","async def test() -> something((a := b)): pass","test: await some","test: f'{(x := 10):=10}'","(x): [y async for y in x]","(x): (y := 3)","x: [y async for y in x]","class X:\n (x): (yield)","def f():\n (x): (await 3)","def f():\n x.__debug__: int","def f():\n x: lambda: (yield)", "x[(yield)]: int"]
for fut in ("","from __future__ import annotations\n"):
  for t in tests:
    try: compile(fut+t,'f','exec'); print(bool(fut),repr(t),'ok')
    except SyntaxError as e: print(bool(fut),repr(t),e.msg,e.lineno,e.offset)
