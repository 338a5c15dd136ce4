"""Records what CPython 3.14 says about wrong programs: python3.14 record.py errors.txt

Each line `source: "..."` (a JSON string) is compiled as a module; the lines after it are replaced by the exception's
class, place (lineno:offset-end_lineno:end_offset), message and text. Sources that compile are dropped.
"""
import json, sys, warnings

def outcome(source):
    try:
        compile(source, "<string>", "exec", dont_inherit=True)
    except SyntaxError as e:
        place = f"{e.lineno}:{e.offset}-{e.end_lineno}:{e.end_offset}"
        text = None if e.text is None else json.dumps(e.text, ensure_ascii=False)
        return [f"error: {type(e).__name__} {place} {e.msg}", f"text: {text}"]
    except (MemoryError, RecursionError, OverflowError, ValueError) as e:
        return [f"error: {type(e).__name__} {e}"]
    return None

warnings.simplefilter("ignore")
path = sys.argv[1]
blocks = []
for line in open(path, encoding="utf-8"):
    if line.startswith("source: "):
        lines = outcome(json.loads(line.removeprefix("source: ")))
        if lines:
            blocks.append("\n".join([line.rstrip("\n"), *lines]))
with open(path, "w", encoding="utf-8") as f:
    f.write("\n\n".join(blocks) + "\n")
