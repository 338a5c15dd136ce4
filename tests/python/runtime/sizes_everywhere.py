"""Absurd sizes and indices for whatever takes a count."""
import sys
M=sys.maxsize
def t(label,f):
    try:
        r=f()
        r=repr(r)
        if len(r)>120: r=r[:60]+'...'+str(len(r))
        print(label,r)
    except BaseException as e:
        print(label,type(e).__name__,str(e)[:150])
big=2**62
for n in (big, M + 1, -M - 2, 2**100, -1):
    s=str(n)
    t('str*'+s,lambda:len("ab"*n))
    t('bytes*'+s,lambda:len(b"ab"*n)) if n not in (2**31,) else None
    t('list*'+s,lambda:len([1,2]*n)) if n not in (2**31,) else None
    t('tuple*'+s,lambda:len((1,2)*n)) if n not in (2**31,) else None
    t('ba*'+s,lambda:len(bytearray(b'ab')*n)) if n not in (2**31,) else None
    t('empty*'+s,lambda:(""*n,b""*n,[]*n,()*n))
    t('bytearray'+s,lambda:len(bytearray(n))) if n not in (2**31,) else None
    t('bytes'+s,lambda:len(bytes(n)))if n not in (2**31,) else None
    t('ljust'+s,lambda:len("a".ljust(n))) if n not in (2**31,) else None
    t('center'+s,lambda:len("a".center(n)))if n not in (2**31,) else None
    t('zfill'+s,lambda:len("a".zfill(n)))if n not in (2**31,) else None
    t('bljust'+s,lambda:len(b"a".ljust(n)))if n not in (2**31,) else None
    t('bzfill'+s,lambda:len(b"a".zfill(n)))if n not in (2**31,) else None
    t('expandtabs'+s,lambda:len("\ta".expandtabs(n)))if n not in (2**31,) else None
    t('bexpandtabs'+s,lambda:len(b"\ta".expandtabs(n)))if n not in (2**31,) else None
    t('split'+s,lambda:"a b".split(None,n))
    t('replace'+s,lambda:"a b".replace("a","c",n))
    t('breplace'+s,lambda:b"a b".replace(b"a",b"c",n))
    t('rsplit'+s,lambda:"a b".rsplit(None,n))
    t('find'+s,lambda:"abc".find("c",n))
    t('find2'+s,lambda:"abc".find("c",-n,n))
    t('index'+s,lambda:[1,2].index(2,-n,n))
    t('insert'+s,lambda:[1,2].insert(n,3))
    t('pop'+s,lambda:[1,2].pop(n))
    t('getitem'+s,lambda:[1,2][n])
    t('tgetitem'+s,lambda:(1,2)[n])
    t('sgetitem'+s,lambda:"ab"[n])
    t('rgetitem'+s,lambda:range(3)[n])
    t('slice'+s,lambda:[1,2,3][-n:n])
    t('slicestep'+s,lambda:[1,2,3][::n])
    t('range'+s,lambda:len(range(n)))
    t('rangeneg'+s,lambda:len(range(-n,n)))
    t('rangestep'+s,lambda:list(range(0,10,n)) if n>0 else None)
    t('shl'+s,lambda:1<<n) if n not in(2**31,2**40) else None
    t('shl0'+s,lambda:0<<n)
    t('shr'+s,lambda:(1>>n,-1>>n))
    t('round'+s,lambda:round(1.5,n))
    t('roundi'+s,lambda:round(15,n) if n>-9 else None)
    t('chr'+s,lambda:chr(n))
    t('fmt'+s,lambda:len("%*d"%(n,1))) if n not in (2**31,) else None
    t('format'+s,lambda:len(format(1,str(n)+"d")))if n not in (2**31,) else None
    t('formatp'+s,lambda:len(format(1.0,"."+str(n)+"f")))
    t('to_bytes'+s,lambda:len((1).to_bytes(n,'big')))if n not in (2**31,) else None
    t('islice'+s,lambda:list(__import__('itertools').islice([1,2,3],n)))
    t('repeat'+s,lambda:repr(__import__('itertools').repeat(1,n)))
    t('deque'+s,lambda:__import__('collections').deque([1,2],n))
    t('rotate'+s,lambda:__import__('collections').deque([1,2,3]).rotate(n))
    t('comb'+s,lambda:__import__('math').comb(3,n))
    t('enumerate'+s,lambda:list(enumerate("ab",n)))
    t('memview'+s,lambda:memoryview(b"abc")[n])
    t('struct'+s,lambda:__import__('struct').calcsize("%di"%n)if n>0 else 0)
    t('strioread'+s,lambda:__import__('io').StringIO("abc").read(n))
    t('striotrunc'+s,lambda:__import__('io').StringIO("abc").truncate(n))
    t('bioread'+s,lambda:__import__('io').BytesIO(b"abc").read(n))
    t('setrec'+s,lambda:sys.setrecursionlimit(n) if not (1000<n<2**31) else None)
    t('sleep'+s,lambda:__import__('time').sleep(n) if n<0 or n>M else None)
    t('timedelta'+s,lambda:__import__('datetime').timedelta(n))
    t('hash'+s,lambda:hash(n))
    t('float'+s,lambda:float(n))
    t('pow'+s,lambda:pow(2,n,7) if n>0 else pow(3,n,7))
    t('cmplx'+s,lambda:complex(n))
    t('slicei'+s,lambda:slice(n).indices(10))
    t('slicein'+s,lambda:slice(n).indices(n))
    t('zip'+s,lambda:list(zip(range(n,n+3),range(-n,-n+2))))
    t('isq'+s,lambda:__import__('math').isqrt(n))
    t('urandom'+s,lambda:len(__import__('os').urandom(n)) if n<0 or n>M else None)
    t('strpct'+s,lambda:len("%"+str(n)+"s") )
    t('int2str'+s,lambda:int("9"*10,n if abs(n)<2**70 else 2**70))
