"""Writes wrong programs: python3.14 mutate.py COUNT SEED FILE... >mutations.txt, then record.py mutations.txt

Each is a short statement of one of the files in which a token is removed, doubled, replaced, joined by a foreign one or the
last, or in which a character is missing.
"""
import ast, io, json, random, sys, tokenize, warnings

FOREIGN = """( ) [ ] { } : , = == := . * ** if else for in not lambda yield 1 "a" x def class is await async -> @ + - ; import from as
f"{x}" None True print | match case""".split() + ["\n"]

def snippets(path):
    source = open(path, encoding="utf-8").read()
    lines = source.split("\n")
    for s in ast.walk(ast.parse(source)):
        if isinstance(s, ast.stmt) and s.end_lineno - s.lineno < 9:
            yield "\n".join(line[s.col_offset:] for line in lines[s.lineno - 1:s.end_lineno])

def mutate(source):
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.string.strip()]
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    token = random.choice(tokens)
    a, b = (starts[line - 1] + column for line, column in (token.start, token.end))
    match random.randrange(6):
        case 0: return source[:a] + source[b:]
        case 1: return source[:b] + " " + source[a:b] + source[b:]
        case 2: return source[:a] + random.choice(FOREIGN) + source[b:]
        case 3: return source[:a] + random.choice(FOREIGN) + " " + source[a:]
        case 4: return source[:b]
        case _:
            i = random.randrange(len(source))
            return source[:i] + source[i + 1:]

warnings.simplefilter("ignore")
count, seed, *files = sys.argv[1:]
random.seed(int(seed))
sources = sorted({s for f in files for s in snippets(f)})
found = {}
while len(found) < int(count):
    try:
        mutant = mutate(random.choice(sources))
        compile(mutant, "<string>", "exec", dont_inherit=True)
    except SyntaxError:
        found[mutant] = None
    except (tokenize.TokenError, IndexError):
        continue
for mutant in found:
    print("source:", json.dumps(mutant, ensure_ascii=False))
