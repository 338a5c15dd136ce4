import re
print(re.compile(r'(a+)(?P<x>b)?', re.I))
m = re.search(r'(a+)(?P<x>b)?', 'xxaabc')
print(m, m.groups(), m.groupdict(), m.span('x'), m.regs, m.lastgroup, m['x'])
print(re.findall(r'\w+', 'hello wörld ñandú 123'))
print(re.sub(r'(\w+)', r'<\1>', 'hello wörld'))
print(re.split(r'(,)\s*', 'a, b,c'))
print([m.span() for m in re.finditer('é', 'caféé é')])
print(re.match(r'(?:(a)|b)*', 'abab').groups())
print(re.match(r'(?>a+)b', 'aaab'), re.match(r'a++a','aaa'))
print(re.sub('x*', '-', 'abxd'))
print(re.match(r'(.*?)(\d+)$', 'abc123').groups())
print(re.search(r'(?<=a)b', 'cab'), re.search(r'(?<!a)b','cab'))
# What is behind an atomic group does not decide what is chosen inside.
for p in (r'a(?>bc|b)c', r'a(?>b?)b', r'(?>|a)b', r'(?>a*?)b', r'(?>(?:a|ab)++)b', r'(?=a?b)a', r'(?>a|)b'):
    print(p, [re.search(p, s) and re.search(p, s).span() for s in ('abc', 'ab', 'abb', 'aab', 'b')])
print(re.match('\ufb05', '\ufb06', re.I), re.match('[\ufb04-\ufb05]', '\ufb06', re.I), re.match('ß', 'ẞ', re.I))
print(re.fullmatch(rb'[^bc]', b'B', re.L | re.I), re.fullmatch(rb'[bc]', b'B', re.L | re.I))
