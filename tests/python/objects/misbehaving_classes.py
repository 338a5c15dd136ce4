"""Classes that change while in use, generators that close or resume themselves, special methods that return what they must not."""
import sys
def t(label,f):
    try:
        r=f(); r=repr(r)
        print(label,r[:200])
    except BaseException as e:
        print(label,type(e).__name__,str(e)[:200])
class A:
    def f(s): return 'A'
class B:
    def f(s): return 'B'
def c1():
    a=A(); out=[]
    for i in range(6):
        out.append(a.f())
        a.__class__=B if i%2==0 else A
    return out
t('class swap',c1)
def c2():
    class X: pass
    x=X(); x.y=1; out=[]
    for i in range(5):
        try: out.append(x.y)
        except AttributeError as e: out.append(str(e))
        if i==1: X.y=property(lambda s:'prop')
        if i==2: del X.y; del x.y
        if i==3: X.__getattr__=lambda s,n:'ga '+n
    return out
t('attr',c2)
def c3():
    class X: pass
    x=X()
    X.__bases__=(dict,)
t('bases',c3)
def c4():
    class P: 
        def f(s): return 'P'
    class Q:
        def f(s): return 'Q'
    class X(P): pass
    x=X(); out=[x.f()]; X.__bases__=(Q,); out.append(x.f()); 
    try: X.__bases__=()
    except TypeError as e: out.append(str(e))
    try: X.__bases__=(X,)
    except TypeError as e: out.append(str(e))
    try: X.__bases__=(int,)
    except TypeError as e: out.append(str(e))
    try: X.__bases__=[P]
    except TypeError as e: out.append(str(e))
    try: del X.__bases__
    except TypeError as e: out.append(str(e))
    return out
t('bases2',c4)
def c5():
    class X:
        __slots__=('a',)
    class Y: pass
    x=X()
    x.__class__=Y
t('slots class',c5)
t('int class',lambda:setattr(1,'__class__',bool))
t('mod class',lambda:setattr(sys,'__class__',int))
def c6():
    class M(type):
        def mro(c): return [c,object] 
    class X(metaclass=M): pass
    return X.__mro__
t('mro',c6)
for bad in (lambda c:[c],lambda c:[1],lambda c:None,lambda c:[c,int],lambda c:(),lambda c:1/0):
    def c7():
        M=type('M',(type,),{'mro':lambda c:bad(c)})
        class X(metaclass=M): pass
        return X.__mro__
    t('badmro',c7)
def c12():
    def g():
        try: yield 1
        except GeneratorExit: return 5
    x=g(); next(x)
    return x.close()
t('close value',c12)
def c13():
    def g():
        yield 1
        x.close()
    x=g(); next(x); next(x)
t('close self',c13)
def c14():
    def g():
        yield next(x)
    x=g(); next(x)
t('next self',c14)
class W:
    def __getattr__(s,n): raise KeyError(n)
t('getattr keyerr',lambda:W().x)
t('hasattr keyerr',lambda:hasattr(W(),'x'))
class W2:
    def __getattr__(s,n): return getattr(s,n+'x')
t('getattr rec',lambda:W2().x)
class W3:
    def __getattribute__(s,n): return s.zzz
t('getattribute rec',lambda:W3().x)
class W4:
    def __repr__(s): return 5
t('repr int',lambda:repr(W4()))
t('str int',lambda:str(W4()))
t('fmt int',lambda:'%r'%W4())
t('f int',lambda:f'{W4()!r}')
class W5:
    def __bool__(s): return 1
t('bool int',lambda:bool(W5()))
t('not',lambda:not W5())
class W6:
    def __contains__(s,x): return 'yes'
t('in',lambda:1 in W6())
class W7:
    def __iter__(s): return 5
t('iter',lambda:iter(W7()))
t('unpack',lambda:[*W7()])
class W8:
    __iter__=None
    def __getitem__(s,i): return i
t('iter none',lambda:iter(W8()))
t('in none',lambda:1 in W8())
class W9:
    def __int__(s): return 'a'
    def __float__(s): return 1
    def __complex__(s): return 1.0
    def __format__(s,x): return 1
    def __bytes__(s): return 'a'
    def __dir__(s): return 5
    def __sizeof__(s): return -1
    def __reversed__(s): return 7
    def __round__(s,n=None): return 'r'
    def __instancecheck__(s,o): return 'yes'
    def __fspath__(s): return 1
    def __enter__(s): return 5
for f in (int,float,complex,format,bytes,dir,sys.getsizeof,reversed,round,lambda x:isinstance(1,x),open):
    t('conv %s'%f.__name__,lambda:f(W9()))
def w():
    with W9(): pass
t('with',w)
class Cmp:
    def __lt__(s,o): return NotImplemented
    def __eq__(s,o): return NotImplemented
t('cmp',lambda:Cmp()<Cmp()); t('eq',lambda:Cmp()==1); t('sorted',lambda:sorted([Cmp(),Cmp()])); t('max',lambda:max([Cmp(),Cmp()]))
class Meta(type):
    def __call__(c,*a): return 42
class MM(metaclass=Meta): pass
t('metacall',lambda:MM(1,2))
class N:
    def __new__(c): return 5
    def __init__(s): 1/0
t('new',lambda:N())
class N2:
    def __init__(s): return 5
t('init',lambda:N2())
class De:
    def __set_name__(s,o,n): raise ValueError('sn '+n)
def sn():
    class X: d=De()
t('setname',sn)
def isub():
    class X:
        def __init_subclass__(c,**k): raise ValueError(str(k))
    class Y(X,a=1): pass
t('initsub',isub)
t('classgetitem',lambda:A[1])
t('prep',lambda:type('M',(type,),{'__prepare__':classmethod(lambda *a:5)})('x',(),{}))
def prep():
    class M(type):
        @classmethod
        def __prepare__(m,n,b): return 5
    class X(metaclass=M): pass
t('prep2',prep)
