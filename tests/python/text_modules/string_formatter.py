import string
print(list(string.Formatter().parse('a{b.c[1]!r:>{w}}d{{e}}')), string.Formatter().format('{0.real} {x[a]} {}'.replace('{}','{0}'),1,x={'a':2}))
import _string
print(list(_string.formatter_field_name_split('a.b[3][x]')[1]), _string.formatter_field_name_split('12')[0])
it=_string.formatter_parser('a{b}{')
print(next(it))
try: print(next(it))
except ValueError as e: print(e)
