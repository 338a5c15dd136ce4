# Loggers, handlers, filters, formatting, exceptions, hierarchy and configuration.
import io
import logging
import logging.config
import logging.handlers

stream = io.StringIO()
handler = logging.StreamHandler(stream)
handler.setFormatter(logging.Formatter("%(levelname)-8s %(name)s %(funcName)s: %(message)s"))
root = logging.getLogger()
root.addHandler(handler)
root.setLevel(logging.INFO)
log = logging.getLogger("app.part")


def work():
    log.debug("hidden")
    log.info("value %d of %s", 5, "x")
    log.warning("mapping %(a)s", {"a": 1})
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")
    log.log(25, "custom level")
    log.error("bad %d", 3, stack_info=False, extra={"more": 1})


work()
text = stream.getvalue()
print("\n".join(line for line in text.splitlines() if not line.startswith(("  File", "    "))))
print(log.parent is root, log.getEffectiveLevel(), log.isEnabledFor(logging.DEBUG), logging.getLevelName(30), logging.getLevelNamesMapping()["ERROR"], log.getChild("x").name, log, handler.level)
logging.addLevelName(25, "NOTICE")


class Even(logging.Filter):
    def filter(self, record):
        record.msg = f"<{record.msg}>"
        return record.args[0] % 2 == 0


stream.truncate(0), stream.seek(0)
log.addFilter(Even())
for n in range(4):
    log.info("number %d", n)
print(stream.getvalue())
memory = logging.handlers.MemoryHandler(10, target=handler)
other = logging.getLogger("other")
other.propagate = False
other.addHandler(memory)
other.warning("buffered")
print(len(memory.buffer), memory.buffer[0].getMessage(), memory.buffer[0].levelno, memory.buffer[0].filename)
for style, fmt in ("{", "{levelname}:{message}"), ("$", "$levelname-$message"):
    print(logging.Formatter(fmt, style=style).format(logging.LogRecord("n", 30, "path", 1, "msg %s", ("arg",), None)))
try:
    logging.Formatter("{bad", style="{")
except ValueError as error:
    print(error)
logging.config.dictConfig({"version": 1, "disable_existing_loggers": False, "formatters": {"f": {"format": "cfg %(message)s"}}, "handlers": {"h": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "f"}}, "loggers": {"configured": {"handlers": ["h"], "level": "DEBUG", "propagate": False}}})
logging.getLogger("configured").debug("through configuration")
adapter = logging.LoggerAdapter(logging.getLogger("configured"), {"ip": "x"})
adapter.info("adapted")
logging.disable(logging.WARNING)
logging.getLogger("configured").warning("disabled")
logging.getLogger("configured").error("still")
