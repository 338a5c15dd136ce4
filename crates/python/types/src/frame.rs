//! Frames as objects: see [`python_model::frames`].

use heap::Gc;
use python_model::native::{NativeDef, NativeType, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

fn frame(py: Py, value: Word) -> Result<Gc<FrameRef>> {
    py.expect(value, Ty::Frame, "f_code")
}

fn line(py: Py, own: Gc<FrameRef>) -> u32 {
    match own.code().line(FrameRef::position(own, py)) {
        0 => own.code().object().first_line,
        line => line,
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
        py.int(i64::from(line(py, frame(py, a[0])?)))
    }),
    getter("f_lasti", "Return the index of the last attempted instruction in the frame.", |py, a| {
        py.int(i64::from(FrameRef::position(frame(py, a[0])?, py)) * crate::code::OFFSET_UNITS)
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
        Ok(word(frame(py, a[0])?.code().builtins))
    }),
    getter(
        "f_generator",
        "Return the generator or coroutine associated with this frame, or None.",
        |py, a| Ok(frame(py, a[0])?.extra.get()),
    ),
    getter("f_trace", "", |_, _| Ok(NONE)),
    setter("f_trace", |_, _| Ok(NONE)),
    getter("f_trace_lines", "", |_, _| Ok(TRUE)),
    setter("f_trace_lines", |_, _| Ok(NONE)),
    getter("f_trace_opcodes", "", |_, _| Ok(FALSE)),
    setter("f_trace_opcodes", |_, _| Ok(NONE)),
];

pub static TYPES: &[NativeType] =
    &[NativeType { ty: Ty::Frame, doc: "", constructor: None, methods: METHODS }];
