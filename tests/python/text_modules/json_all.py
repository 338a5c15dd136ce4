import json, math
from enum import IntEnum
class C(IntEnum): A=3
class L(list): pass
class D(dict): pass
tests=[None,True,1,-5,10**30,1.5,float('inf'),float('nan'),'a"\\\n\x00é\U0001f600\ud800',[],{},[1,[2,[3]]],{'a':1,'b':[1,2,{'c':None}]},(1,2),{1:2,None:3,True:4,1.5:5},C.A,L([1]),D(a=1),{'x':C.A}]
for t in tests:
    for kw in ({}, {'indent':2}, {'ensure_ascii':False}, {'sort_keys':True}, {'separators':(',',':')}, {'indent':'\t','ensure_ascii':False}):
        try: print(ascii(json.dumps(t,**kw)))
        except Exception as e: print(type(e), e)
class X: pass
for bad in (X(), [1,X()], {'a':[X()]}, {(1,):2}, {b'a':1}):
    try: json.dumps(bad)
    except Exception as e: print(type(e), e, getattr(e,'__notes__',None))
l=[]; l.append(l)
try: json.dumps(l)
except Exception as e: print(type(e), e, e.__notes__)
try: json.dumps(float('nan'),allow_nan=False)
except Exception as e: print(type(e), e)
print(json.dumps({(1,):2,'a':1},skipkeys=True), json.dumps({(1,):2},skipkeys=True, indent=1))
print(json.dumps([X()],default=lambda o:['x',1]))
docs=['1','-0','-','01','1.5e3','1e','1.','"a\\u00e9\\ud83d\\ude00\\n"','"\\ud83d"','"\\x"','"\\u12"','"abc','"a\tb"','[1,]','[1 2]','[','[1','{"a":1,}','{"a" 1}','{a:1}','{','{"a":1','{"a":','nul','NaN','-Infinity','Infinity',' [1, 2 ,3 ] ','{"a":{"b":[]},"a":2}','123456789012345678901234567890','"é日"','["é", ','{"é":1,,}','', '[1]x', '"\\u12345"', '"\\ud834\\u0020"','"\\ud834\\udd20"','"\\u"', '"\\']
for d in docs:
    try: print(ascii(json.loads(d)))
    except Exception as e: print(type(e).__name__, ascii(str(e)))
    try: print(ascii(json.loads(d, strict=False, object_pairs_hook=list, parse_int=str, parse_float=lambda s:'F'+s, parse_constant=repr)))
    except Exception as e: print(type(e).__name__, ascii(str(e)))
x=[]
for i in range(100000): x=[x]
try: json.dumps(x)
except RecursionError as e: print('rec')
