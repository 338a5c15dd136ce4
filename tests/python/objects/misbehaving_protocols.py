"""Containers that change while they are sorted, iterated and compared; numbers, lengths and hints that are none."""
import sys
def t(label,f):
    try:
        r=f(); r=repr(r)
        print(label,r[:200])
    except BaseException as e:
        print(label,type(e).__name__,str(e)[:200])
# mutation in key functions and comparison
def k1():
    l=[3,2,1]
    l.sort(key=lambda x:(l.append(x),x)[1])
t('sortappend',k1)
def k2():
    l=[3,2,1]
    def key(x):
        l.clear(); return x
    try: l.sort(key=key)
    finally: print(l)
t('sortclear',k2)
class C:
    def __init__(s,v): s.v=v
    def __lt__(s,o):
        L.append(1); return s.v<o.v
    def __repr__(s): return 'C%d'%s.v
L=[C(3),C(2),C(1)]
t('sortlt',lambda:L.sort()); print(len(L))
# dict mutation
def d1():
    d={i:i for i in range(5)}
    for k in d: d[k+100]=1
t('dictgrow',d1)
def d2():
    d={i:i for i in range(5)}
    for k in d: del d[k]
t('dictdel',d2)
def d3():
    d={i:i for i in range(5)}
    for k in d:
        del d[k]; d[k+10]=1
        if k>50: break
    return d
t('dictswap',d3)
def d4():
    d={1:1}
    it=iter(d.items()); d.clear(); d[2]=2
    return list(it)
t('dictclear',d4)
def d5():
    d={i:i for i in range(3)}
    r=reversed(d); next(r); d[9]=9
    return next(r)
t('dictrev',d5)
class E:
    def __init__(s,d): s.d=d
    def __hash__(s): return 1
    def __eq__(s,o):
        s.d.clear(); return False
def d6():
    d={}; a=E(d); b=E({}); d[b]=1; d[a]=2
    return len(d)
t('eqclear',d6)
def d7():
    d={}
    class X:
        def __hash__(s): return 1
        def __eq__(s,o):
            if len(d)<20:
                for i in range(100): d[i+1000*len(d)]=1
            return False
    d[X()]=1; d[X()]=2
    return len(d)
t('eqgrow',d7)
def d8():
    class X:
        def __hash__(s): return 1
        def __eq__(s,o): raise ZeroDivisionError('eq')
    d={X():1}
    try: d[X()]
    except ZeroDivisionError as e: print(e)
    try: X() in d
    except ZeroDivisionError as e: print(e)
    try: X() in {X()}
    except ZeroDivisionError as e: print(e)
    try: [X()].index(X())
    except ZeroDivisionError as e: print(e)
    try: {X(),X()}
    except ZeroDivisionError as e: print(e)
    try: {X():1}|{X():2}
    except ZeroDivisionError as e: print(e)
    try: {X():1}=={X():1}
    except ZeroDivisionError as e: print(e)
t('eqraise',d8)
# sets
def s1():
    s={1,2,3}
    for x in s: s.add(x+10)
t('setgrow',s1)
def s2():
    s={1,2,3}
    it=iter(s); next(it); s.clear()
    return list(it)
t('setclear',s2)
class H:
    def __hash__(s): return 'x'
t('hashstr',lambda:hash(H()))
class H2:
    def __hash__(s): return 2**200
t('hashbig',lambda:hash(H2())==hash(2**200))
class H3:
    def __hash__(s): return True
t('hashbool',lambda:hash(H3()))
class H4:
    def __hash__(s): return -1
t('hash-1',lambda:hash(H4()))
class H5:
    __hash__=None
t('hashnone',lambda:{H5()})
t('hashnone2',lambda:{H5():1})
class H6:
    def __eq__(s,o): return 1
t('hashimpl',lambda:hash(H6()))
class I:
    def __init__(s,v): s.v=v
    def __index__(s):
        if isinstance(s.v,BaseException): raise s.v
        return s.v
for v in (1.5,'a',None,2**70,-2**70,ValueError('idx'),True):
    i=I(v)
    t('idx list %r'%(v,),lambda:[1,2,3][i])
    t('idx slice',lambda:[1,2,3][i:])
    t('idx mul',lambda:'ab'*i if not isinstance(v,int) or abs(v)<9 else ('')*i)
    t('idx range',lambda:range(i))
    t('idx hex',lambda:hex(i))
    t('idx chr',lambda:chr(i))
    t('idx bytes',lambda:bytes([i]))
    t('idx bytearray',lambda:bytearray(i)if not isinstance(v,int) or abs(v)<9 else 0)
    t('idx int',lambda:int(i))
    t('idx float',lambda:float(i))
    t('idx complex',lambda:complex(i))
    t('idx round',lambda:round(1.25,i))
    t('idx base',lambda:int('11',i))
    t('idx fmt',lambda:'%d %x'%(5,i))
    t('idx fmt2',lambda:'%*d'%(i,5)if not isinstance(v,int) or abs(v)<9 else 0)
    t('idx fmt3',lambda:'%c'%i)
    t('idx insert',lambda:[1].insert(i,2))
    t('idx pop',lambda:[1].pop(i))
    t('idx sum',lambda:sum([1],i))
    t('idx tobytes',lambda:(5).to_bytes(i)if not isinstance(v,int) or abs(v)<9 else 0)
    t('idx memoryview',lambda:memoryview(b'abc')[i])
    t('idx ba set',lambda:bytearray(b'abc').__setitem__(0,i))
    t('idx math',lambda:__import__('math').gcd(i,4))
    t('idx factorial',lambda:__import__('math').factorial(i) if not isinstance(v,int) or abs(v)<9 else 0)
    t('idx shift',lambda:1<<i)
class Ln:
    def __init__(s,v): s.v=v
    def __len__(s):
        if isinstance(s.v,BaseException): raise s.v
        return s.v
    def __getitem__(s,i):
        if i>2: raise IndexError
        return i
    def __iter__(s): return iter([1,2])
    def __length_hint__(s): return s.v
for v in (-1,1.5,'a',None,2**70,-2**70,2**62,ValueError('len'),True,TypeError('lt')):
    l=Ln(v)
    t('len %r'%(v,),lambda:len(l))
    t('bool',lambda:bool(l))
    t('list',lambda:list(l))
    t('tuple',lambda:tuple(l))
    t('bytes',lambda:bytes(l))
    t('reversed',lambda:list(reversed(l)))
    t('ext',lambda:[0].extend(l))
    t('setslice',lambda:[0].__setitem__(slice(0,1),l))
    t('hint',lambda:__import__('operator').length_hint(l))
    t('join',lambda:','.join(l))
    t('random',lambda:__import__('random').choice(l) if v==-1 else 0)
    t('neg',lambda:l[-1])
class Hint:
    def __init__(s,v): s.v=v
    def __iter__(s): return s
    n=0
    def __next__(s):
        s.n+=1
        if s.n>2: raise StopIteration
        return s.n
    def __length_hint__(s):
        if isinstance(s.v,BaseException): raise s.v
        return s.v
for v in (-1,1.5,'a',None,2**70,2**62,ValueError('hint'),TypeError('hint'),NotImplemented):
    t('hint %r'%(v,),lambda:list(Hint(v)))
    t('hint t',lambda:tuple(Hint(v)))
    t('hint ba',lambda:bytearray(Hint(v)))
    t('hint ext',lambda:[].extend(Hint(v)))
t('hint lie',lambda:[1].extend(Hint(2**63-1)))
t('hint no lie',lambda:[].extend(Hint(2**63-1)))
