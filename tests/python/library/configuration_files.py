# configparser, tomllib, plistlib without XML, netrc-like parsing, csv dialects.
import configparser
import io
import tomllib

config = configparser.ConfigParser()
config.read_string("""
[DEFAULT]
base = /usr
debug = no

[paths]
home = %(base)s/home
list =
    one
    two
; comment
empty
port = 8080
ratio: 0.5
""".replace("\nempty\n", "\n"))
print(config.sections(), config["paths"]["home"], config.getint("paths", "port"), config.getboolean("paths", "debug"), config["paths"].getfloat("ratio"), config["paths"]["list"].split(), config.get("paths", "nope", fallback="?"), "base" in config["paths"], dict(config["paths"])["base"])
config["new"] = {"key": "value", "Upper": "x"}
config.remove_option("paths", "list")
out = io.StringIO()
config.write(out)
print(out.getvalue())
for attempt in (lambda: config["missing"], lambda: config.get("paths", "missing"), lambda: config.read_string("no section"), lambda: config.read_string("[a]\nx=1\nx=2"), lambda: config.getint("paths", "home"), lambda: config.add_section("new"), lambda: config.set("new", "k", "%(missing)s") or config.get("new", "k")):
    try:
        print(attempt())
    except (configparser.Error, KeyError, ValueError) as error:
        print(type(error).__name__, str(error).replace("\n", " / "))
extended = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation(), allow_no_value=True, delimiters="=")
extended.read_string("[a]\nx = 1\nalone\n[b]\ny = ${a:x}2\n")
print(extended["b"]["y"], extended["a"]["alone"])
document = tomllib.loads('''
title = "TOML \\u20ac"
[owner]
born = 1979-05-27T07:32:00Z
day = 1979-05-27
[[products]]
name = "Hammer"
price = 1_000.5
[[products]]
colors = ["red", "green",]
point = { x = 1, y.z = 0xff }
text = """
multi \\
   line"""
inf = -inf
''')
print(document)
for wrong in "a = ", "a = 1\na = 2", "[a]\n[a]", "x = 'open", "a.b = 1\na = 2", "= 1", "a = 01":
    try:
        tomllib.loads(wrong)
    except tomllib.TOMLDecodeError as error:
        print(error)
