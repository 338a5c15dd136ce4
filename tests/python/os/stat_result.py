# Results of stat: items, attributes, what cannot be done with them.
import os
import copy

r = os.stat_result(range(10))
print(r)
print(len(r), r[0], r.st_mode, r[7], r.st_atime, r.st_mtime, r.st_ctime, r.st_atime_ns, r.st_blksize)
print(r.n_fields, r.n_sequence_fields, r.n_unnamed_fields)
print(os.stat_result.__match_args__)
r = os.stat_result(range(19))
print(r.st_atime, r.st_atime_ns, r.st_blksize, r.st_blocks, r.st_rdev)
r = os.stat_result(range(10), {"st_blksize": 512, "st_atime": 1.5})
print(r.st_blksize, r.st_atime, r.st_rdev)
print(r.__reduce__()[1][0], sorted(r.__reduce__()[1][1]))
for attempt in (
    lambda: os.stat_result(range(9)),
    lambda: os.stat_result(range(20)),
    lambda: os.stat_result(3),
    lambda: os.stat_result(range(10), 3),
    lambda: os.stat_result(range(10), {"nope": 3}),
    lambda: setattr(r, "st_mode", 3),
    lambda: copy.replace(r, st_mode=3),
    lambda: copy.replace(os.terminal_size((1, 2)), lines=7),
    lambda: copy.replace(os.terminal_size((1, 2)), rows=7),
):
    try:
        print(attempt())
    except Exception as error:
        print(type(error).__name__, error)

s = os.stat("/")
print(isinstance(s, tuple), s == tuple(s), s[:3] == (s.st_mode, s.st_ino, s.st_dev))
print(s.st_atime_ns // 10**9 == s[7], abs(s.st_mtime - s.st_mtime_ns / 1e9) < 1e-3)
print(os.path.isdir("/"), os.path.isfile("/"), os.path.exists("/nope/nope"))
match os.terminal_size((80, 24)):
    case os.terminal_size(columns, lines):
        print(columns, lines)
