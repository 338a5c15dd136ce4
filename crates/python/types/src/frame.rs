//! Frames as objects: see [`python_model::frames`].

use heap::Gc;
use python_compile::opcode::Opcode;
use python_compile::units;
use python_model::native::{NativeDef, NativeType, def, getter, setter};
use python_model::objects::*;
use python_model::observation::{Level, Observation, progress};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

fn frame(py: Py, value: Word) -> Result<Gc<FrameRef>> {
    py.expect(value, Ty::Frame, "f_code")
}

fn line(py: Py, own: Gc<FrameRef>) -> u32 {
    if let Some((line, _)) = own.shown() {
        return line;
    }
    match own.code().line(FrameRef::position(own, py)) {
        0 => own.code().object().first_line,
        line => line,
    }
}

fn has(own: Gc<FrameRef>, flag: i64) -> bool {
    own.progress.get() & flag != 0
}

fn put(own: Gc<FrameRef>, flag: i64, is_on: bool) {
    let others = own.progress.get() & !flag;
    own.progress.set(if is_on { others | flag } else { others });
}

fn flag(py: Py, value: Word) -> Result<bool> {
    match value {
        TRUE => Ok(true),
        FALSE => Ok(false),
        UNSET => Err(py.type_error("can't delete numeric/char attribute")),
        _ => Err(py.type_error("attribute value type must be bool")),
    }
}

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = frame(py, a[0])?;
        let object = own.code().object();
        let filename = py.str(own.code().info.filename())?;
        let filename = py.repr_text(filename)?;
        py.str(&format!(
            "<frame at {:#x}, file {filename}, line {}, code {}>",
            heap::identity(own),
            line(py, own),
            object.name
        ))
    }),
    def("clear", "($self, /)", "Clear all references held by the frame.", |py, a| {
        FrameRef::clear(frame(py, a[0])?, py)?;
        Ok(NONE)
    }),
    getter("f_code", "Return the code object being executed in this frame.", |py, a| {
        py.code_value(frame(py, a[0])?.code().info)
    }),
    getter("f_back", "", |py, a| FrameRef::outer(frame(py, a[0])?, py)),
    getter("f_lineno", "Return the current line number in the frame.", |py, a| {
        let own = frame(py, a[0])?;
        if own.shown().is_none() {
            // What raises again at the end of `except*` is on no line.
            let (code, pc) = (own.code(), FrameRef::position(own, py));
            if code.line(pc) == 0 && code.operation(pc).0 == Opcode::Reraise {
                return Ok(NONE);
            }
        }
        py.int(i64::from(line(py, own)))
    }),
    setter("f_lineno", |py, a| {
        let own = frame(py, a[0])?;
        match Observation::of(py).hooks.get() {
            _ if a[1] == UNSET => Err(py.raise_text(Ty::AttributeError, "cannot delete attribute")),
            Some(hooks) => (hooks.set_line)(py, own, a[1]).map(|()| NONE),
            None => Err(py.value_error("f_lineno can only be set in a trace function")),
        }
    }),
    getter("f_lasti", "Return the index of the last attempted instruction in the frame.", |py, a| {
        let own = frame(py, a[0])?;
        py.int(match own.shown() {
            Some((_, offset)) => offset,
            None => units::offset(own.code().object(), FrameRef::position(own, py)),
        })
    }),
    getter("f_locals", "Return the mapping used by the frame to look up local variables.", |py, a| {
        let own = frame(py, a[0])?;
        if FrameRef::has_variables(own, py) {
            crate::frame_locals::new(py, own)
        } else {
            Ok(FrameRef::namespace(own, py))
        }
    }),
    getter("f_globals", "Return the global variables in the frame.", |py, a| {
        Ok(word(frame(py, a[0])?.code().globals))
    }),
    getter("f_builtins", "Return the built-in variables in the frame.", |py, a| {
        Ok(frame(py, a[0])?.code().builtins_word())
    }),
    getter(
        "f_generator",
        "Return the generator or coroutine associated with this frame, or None.",
        |py, a| Ok(frame(py, a[0])?.extra.get()),
    ),
    getter(
        "f_trace",
        "Return the trace function for this frame, or None if no trace function is set.",
        |py, a| Ok(frame(py, a[0])?.tracer.get()),
    ),
    setter("f_trace", |py, a| {
        let own = frame(py, a[0])?;
        own.tracer.set(py.mutator(), own, if a[1] == UNSET { NONE } else { a[1] });
        Ok(NONE)
    }),
    getter("f_trace_lines", "Emit per-line trace events.", |py, a| {
        Ok(bool_word(!has(frame(py, a[0])?, progress::NO_LINES)))
    }),
    setter("f_trace_lines", |py, a| {
        let is_on = flag(py, a[1])?;
        put(frame(py, a[0])?, progress::NO_LINES, !is_on);
        Ok(NONE)
    }),
    getter("f_trace_opcodes", "Emit per-opcode trace events.", |py, a| {
        Ok(bool_word(has(frame(py, a[0])?, progress::OPCODES)))
    }),
    setter("f_trace_opcodes", |py, a| {
        let (own, is_on) = (frame(py, a[0])?, flag(py, a[1])?);
        put(own, progress::OPCODES, is_on);
        if is_on && Observation::of(py).is_on() {
            own.code().observe(Level::Instructions);
        }
        Ok(NONE)
    }),
];

pub static TYPES: &[NativeType] =
    &[NativeType { ty: Ty::Frame, doc: "", constructor: None, methods: METHODS }];
