# Operations that warn before they work.
import warnings

with warnings.catch_warnings(record=True) as log:
    warnings.simplefilter("always")
    flag = True
    print(~flag, ~False)
    for entry in log:
        print(entry.category.__name__, entry.message, entry.lineno)
warnings.simplefilter("error")
try:
    ~flag
except DeprecationWarning as error:
    print("raised", str(error)[:40])
