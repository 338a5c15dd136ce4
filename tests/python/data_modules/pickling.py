# _pickle: bytes of every protocol, round trips, hooks, errors.
import io
import _pickle as P
class A:
    def __init__(s,x): s.x=x
    def __eq__(s,o): return type(s) is type(o) and s.__dict__==o.__dict__
class S:
    __slots__=('a','b')
class L(list): pass
class D(dict): pass
class R:
    def __reduce__(self): return (A,(5,),{'y':3})
class N:
    def __new__(cls,*a,**k):
        o=object.__new__(cls); o.a=a; o.k=k; return o
    def __getnewargs_ex__(self): return (1,2),{'z':3}
def show(f):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, e)
l=[1]; l.append(l)
s=S(); s.a=1
ll=L([1,2,3]); ll.t=5
d=D(a=1); d.q=1
rec=A(1); rec.me=[rec]
vals=[None,True,False,0,1,-1,255,256,65535,65536,2**31-1,2**31,-2**31,-2**31-1,2**63,-2**63,10**50,-10**50,2**2000,-128,-129,-2**31*256, 1.5,-0.0,float('inf'),'', 'abc','é\ud800\U0001f600\n\\','x'*300,b'',b'abc',b'x'*300,bytearray(b'abc'),bytearray(),(),(1,),(1,2),(1,2,3),(1,2,3,4),[],[1],[1,2],list(range(2500)),{}, {1:2},{1:2,3:4},dict.fromkeys(range(2100)),set(),{1},frozenset(),frozenset({1}),len,int,type(None),type(...),type(NotImplemented),...,NotImplemented,A,A(3),ll,d,R(),N(),1j,range(5),slice(1,2),('a','a',['a']),[b'x'*70000,'y'*70000,1],ValueError('x',3),io.BytesIO, dict.fromkeys, [].append, iter([1,2])]
for proto in range(6):
    for v in vals:
        try: b=P.dumps(v,proto)
        except Exception as e: print(proto, repr(v)[:40], type(e).__name__, e); continue
        if len(b)<400: print(proto, repr(v)[:30].split(' at 0x')[0], b)
        else: print(proto, repr(v)[:30], len(b), hash(b) if 0 else sum(b), b[:60])
        try:
            w=P.loads(b)
            ok = type(w) is type(v) and (w==v or isinstance(v,(R,N,S)) or repr(w)==repr(v))
            if not ok: print('   back', repr(w)[:80].split(' at 0x')[0])
        except Exception as e: print('   LOAD', type(e).__name__, e)
    try:
        b=P.dumps(l,proto); w=P.loads(b); print(b, w[1] is w)
        b=P.dumps(rec,proto); w=P.loads(b); print(b,w.me[0] is w)
        t=([],); t[0].append(t); b=P.dumps(t,proto); w=P.loads(b); print(b,w[0][0] is w)
    except Exception as e: print(proto, type(e).__name__, e)
    show(lambda: P.loads(P.dumps(s,proto)).a)
class PP(P.Pickler):
    def persistent_id(self,o): return 'id%s'%o if isinstance(o,int) and o>5 else None
class UU(P.Unpickler):
    def persistent_load(self,i): return ('P',i)
    def find_class(self,m,n): print('find',m,n); return super().find_class(m,n)
for proto in (0,2,5):
    f=io.BytesIO(); p=PP(f,proto); p.dump([1,7,A(9)]); print(f.getvalue()); f.seek(0); r=UU(f).load(); print(r[:2], r[2].x)
class O(P.Pickler):
    def reducer_override(self,o): return (str,(5,)) if isinstance(o,A) else NotImplemented
f=io.BytesIO(); O(f).dump([A(1),2]); print(P.loads(f.getvalue()))
f=io.BytesIO(); p=P.Pickler(f); p.dispatch_table={A:lambda o:(int,(42,))}; p.dump(A(1)); print(P.loads(f.getvalue()))
f=io.BytesIO(); p=P.Pickler(f); x=['q']; p.dump(x); p.dump(x); print(f.getvalue()); f.seek(0); u=P.Unpickler(f); print(u.load(), u.load())
bufs=[]; b=P.dumps(P.PickleBuffer(bytearray(b'abc')),5,buffer_callback=bufs.append); print(b, type(P.loads(b,buffers=bufs)), P.dumps(P.PickleBuffer(b'abc'),5))
for bad in (b'', b'\x80', b'\x80\x06.', b'X\x05\0\0\0ab', b'.', b'0', b'a.', b'(.', b'\xff', b'h\x05.', b'g5\n.', b'\x8c', b"S'abc\n.", b'c', b'R.', b'N)R.', b'K\x01K\x02a.', b'P5\n.', b'\x97.', b'\x82\x01.', b'\x82\0.', b'\x81.', b'K\x01)\x81.', b'e.', b't.', b'F1.5\n.', b'L5L\n.', b'S"a\\x41"\n.', b'U\x02ab.', b'(K\x01K\x02d.', b'(lp0\nI1\na.', b'(cbuiltins\nint\nS"5"\no.', b'(S"5"\nibuiltins\nint\n.', b"'",b'K\x01K\x02b.',b'}(K\x01u.'):
    show(lambda: P.loads(bad))
show(lambda: P.dumps(1,9)); show(lambda: P.loads('x')); show(lambda: P.Pickler(5)); show(lambda: P.Unpickler(5))
def loc():
    class Z: pass
    return Z()
for v in (loc(), [loc()], (1,loc()), {'k':loc()}, A(loc())):
    try: P.dumps(v)
    except Exception as e: print(type(e).__name__, str(e).split(' at 0x')[0], getattr(e,'__notes__',None))
x=[]
