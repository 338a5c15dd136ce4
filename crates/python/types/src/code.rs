//! Code objects.
//!
//! What Python sees are code units ([`python_compile::units`]), so that `co_positions()` has its entry at `offset // 2` as the standard
//! library expects. The instructions themselves are the compiler's, not CPython's: `co_code`, `co_consts` and `co_names` differ from CPython's.
//!
//! Limits: `replace` takes what does not change the instructions; there is no constructor.

use heap::Gc;
use metatrace_machine::Raised;
use python_compile::code::{CodeObject, Constant, Position};
use python_compile::opcode::Opcode;
use python_compile::{location_table, units};
use python_model::code::CodeInfo;
use python_model::native::{Args, NativeDef, NativeType, def, getter, member, raw};
use python_model::objects::*;
use python_model::py::{Py, Result, list_push};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;

fn info(py: Py, value: Word) -> Result<&'static CodeInfo> {
    Ok(py.expect::<CodeRef>(value, Ty::Code, "co_code")?.info())
}

fn count(py: Py, number: u32) -> Result {
    py.int(i64::from(number))
}

fn text_tuple(py: Py, texts: &[Box<str>]) -> Result {
    let list = py.new_list(texts.len())?;
    for text in texts {
        let symbol = py.intern(text)?;
        list_push(py, list, py.name_word(symbol))?;
    }
    py.tuple_from_list(list)
}

fn constants(py: Py, info: &'static CodeInfo) -> Result {
    let words = info.constants(py)?;
    let list = py.new_list(words.len())?;
    for (index, (constant, &value)) in info.object.constants.iter().zip(words).enumerate() {
        let value = match constant {
            Constant::Code(_) | Constant::Packed(_) => py.code_value(info.child(index as u32))?,
            _ => value,
        };
        list_push(py, list, value)?;
    }
    py.tuple_from_list(list)
}

fn position_tuple(py: Py, position: Option<Position>) -> Result {
    let words = match position {
        None => [NONE; 4],
        Some(p) if py.vm().hides_columns.get() => [count(py, p.line)?, count(py, p.end_line)?, NONE, NONE],
        Some(p) => {
            [count(py, p.line)?, count(py, p.end_line)?, count(py, p.column)?, count(py, p.end_column)?]
        }
    };
    py.new_tuple(&words)
}

/// The units of code that says where it comes from.
fn located_units(object: &CodeObject) -> impl Iterator<Item = (units::Unit, Option<Position>)> {
    let total = if object.positions.is_empty() { 0 } else { units::count(object) };
    units::all(object).take(total).map(|unit| (unit, units::position(object, unit)))
}

fn positions(py: Py, a: &[Word]) -> Result {
    let object = &info(py, a[0])?.object;
    let list = py.new_list(units::count(object))?;
    for (_, position) in located_units(object) {
        list_push(py, list, position_tuple(py, position)?)?;
    }
    py.iter(word(list))
}

/// `(start, end, line)` for each run of units of one line.
fn lines(py: Py, a: &[Word]) -> Result {
    let object = &info(py, a[0])?.object;
    let list = py.new_list(8)?;
    let lines: Vec<Option<u32>> = located_units(object).map(|(_, at)| at.map(|p| p.line)).collect();
    let mut end = 0;
    for run in lines.chunk_by(|a, b| a == b) {
        let start = end;
        end += run.len() as i64 * units::BYTES;
        let line = run[0].map_or(Ok(NONE), |line| count(py, line))?;
        let range = py.new_tuple(&[py.int(start)?, py.int(end)?, line])?;
        list_push(py, list, range)?;
    }
    py.iter(word(list))
}

/// `co_branches`: offsets of instructions that may go on in two ways, and where to if they do not jump, and if they do.
fn branches(py: Py, a: &[Word]) -> Result {
    let object = &info(py, a[0])?.object;
    let list = py.new_list(0)?;
    for (pc, instruction) in object.instructions.iter().enumerate() {
        use Opcode::{ForIter, JumpIfFalse, JumpIfNone, JumpIfNotNone, JumpIfTrue};
        if matches!(instruction.op(), ForIter | JumpIfTrue | JumpIfFalse | JumpIfNone | JumpIfNotNone) {
            let pc = pc as u32;
            let offset = |pc| py.int(units::offset(object, pc));
            list_push(py, list, py.new_tuple(&[offset(pc)?, offset(pc + 1)?, offset(instruction.c())?])?)?;
        }
    }
    py.iter(word(list))
}

/// `replace(**changes)`
fn replace(py: Py, args: Args) -> Result {
    if args.positional_count() > 1 {
        return Err(py.type_error("replace() takes no positional arguments"));
    }
    let own = info(py, args.words[0])?;
    let mut object = own.object.clone();
    object.filename = own.filename().into();
    for (name, value) in args.named() {
        let name = name.to_text();
        let text = || match py.as_str(value) {
            Some(text) => Ok(text.to_text().into_boxed_str()),
            None => Err(py.type_error(format!(
                "replace() argument '{name}' must be str, not {}",
                py.argument_type(value)
            ))),
        };
        let number = || {
            let number = py.index(value)?;
            u32::try_from(number).map_err(|_| py.value_error(format!("code: {name} must not be negative")))
        };
        match name.as_str() {
            "co_name" => object.name = text()?,
            "co_qualname" => object.qualname = text()?,
            "co_filename" => object.filename = text()?.into(),
            "co_firstlineno" => object.first_line = number()?,
            "co_flags" => object.flags = number()?,
            "co_linetable" => {
                let table = match py.cast::<Bytes>(value) {
                    Some(bytes) => location_table::decode(bytes.items(), &object),
                    None => return Err(not_bytes(py, &name, value)),
                };
                object.positions = table.ok_or_else(|| py.value_error("code: co_linetable is malformed"))?;
            }
            "co_exceptiontable" => {
                // What handles an exception cannot be told from what else is there: all of the table goes, or none of it.
                match py.cast::<Bytes>(value) {
                    Some(bytes) if bytes.items().is_empty() => object.exception_table = Box::default(),
                    Some(bytes) if bytes.items() == units::exception_table(&object) => {}
                    Some(_) => return Err(py.value_error("code: co_exceptiontable cannot be replaced")),
                    None => return Err(not_bytes(py, &name, value)),
                }
            }
            "co_varnames" => object.varnames = renamed(py, &name, &object.varnames, value)?,
            "co_cellvars" => object.cellvars = renamed(py, &name, &object.cellvars, value)?,
            "co_freevars" => object.freevars = renamed(py, &name, &object.freevars, value)?,
            "co_names" => object.names = renamed(py, &name, &object.names, value)?,
            _ if !ATTRIBUTES.contains(&name.as_str()) => {
                return Err(py.type_error(format!("replace() got an unexpected keyword argument '{name}'")));
            }
            _ => {
                let current = py.get_attr(args.words[0], py.intern(&name)?)?;
                if !py.is_equal(current, value)? {
                    return Err(py.value_error(format!("code: {name} cannot be replaced")));
                }
            }
        }
    }
    py.code_value(CodeInfo::new(object))
}

fn not_bytes(py: Py, name: &str, value: Word) -> Raised {
    py.type_error(format!("replace() argument '{name}' must be bytes, not {}", py.argument_type(value)))
}

/// Other names for as many variables.
fn renamed(py: Py, name: &str, old: &[Box<str>], value: Word) -> Result<Box<[Box<str>]>> {
    let Some(tuple) = py.cast::<Tuple>(value) else {
        return Err(py.type_error(format!(
            "replace() argument '{name}' must be tuple, not {}",
            py.argument_type(value)
        )));
    };
    if tuple.items().len() != old.len() {
        return Err(py.value_error(format!("code: {name} must have {} items", old.len())));
    }
    tuple
        .items()
        .iter()
        .map(|item| match py.as_str(item.get()) {
            Some(text) => Ok(text.to_text().into_boxed_str()),
            None => {
                let found = py.type_name(item.get());
                Err(py.type_error(format!("name tuples must contain only strings, not '{found}'")))
            }
        })
        .collect()
}

/// `co_lnotab`: pairs of an advance in code units and one in lines, as CPython had them before 3.10.
fn line_advances(object: &CodeObject) -> Vec<u8> {
    let (mut bytes, mut line, mut at) = (Vec::new(), i64::from(object.first_line), 0);
    for (unit, (_, position)) in located_units(object).enumerate() {
        let next = position.map_or(line, |p| i64::from(p.line));
        if next == line {
            continue;
        }
        let (mut units, mut lines) = ((unit - at) * units::BYTES as usize, next - line);
        while units > 255 {
            bytes.extend([255, 0]);
            units -= 255;
        }
        while !(-128..128).contains(&lines) {
            let step = lines.clamp(-128, 127);
            bytes.extend([units as u8, step as i8 as u8]);
            (units, lines) = (0, lines - step);
        }
        bytes.extend([units as u8, lines as i8 as u8]);
        (line, at) = (next, unit);
    }
    bytes
}

/// Attributes that `replace` knows.
const ATTRIBUTES: &[&str] = &[
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_code",
    "co_consts",
];

fn no_constructor(py: Py, _class: TypeRef, _args: Args) -> Result {
    Err(py.type_error("cannot create 'code' instances"))
}

fn equal(py: Py, a: &[Word]) -> Result {
    let own = info(py, a[0])?;
    let Some(other) = as_object::<CodeRef>(a[1]) else { return Ok(NOT_IMPLEMENTED) };
    Ok(bool_word(std::ptr::eq(own, other.info()) || *own.object == *other.info().object))
}

fn hash(py: Py, a: &[Word]) -> Result {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    info(py, a[0])?.object.hash(&mut hasher);
    let hash = hasher.finish() as i64;
    py.int(if hash == -1 { -2 } else { hash })
}

static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own: Gc<CodeRef> = py.expect(a[0], Ty::Code, "__repr__")?;
        let object = &own.info().object;
        py.str(&format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            object.name,
            heap::identity(own),
            own.info().filename(),
            object.first_line
        ))
    }),
    def("__eq__", "($self, value, /)", "Return self==value.", equal),
    def("__hash__", "($self, /)", "Return hash(self).", hash),
    raw(
        "replace",
        "($self, /, **changes)",
        "Return a copy of the code object with new values for the specified fields.",
        replace,
    ),
    raw("__replace__", "($self, /, **changes)", "The same as replace().", replace),
    def("co_lines", "($self, /)", "", lines),
    def("co_branches", "($self, /)", "", branches),
    def("co_positions", "($self, /)", "", positions),
    member("co_argcount", "", |py, a| count(py, info(py, a[0])?.object.arg_count)),
    member("co_posonlyargcount", "", |py, a| count(py, info(py, a[0])?.object.posonly_count)),
    member("co_kwonlyargcount", "", |py, a| count(py, info(py, a[0])?.object.kwonly_count)),
    member("co_nlocals", "", |py, a| py.int(info(py, a[0])?.object.varnames.len() as i64)),
    member("co_stacksize", "", |py, a| {
        let object = &info(py, a[0])?.object;
        count(py, object.register_count - u32::from(object.first_temporary()))
    }),
    member("co_flags", "", |py, a| count(py, info(py, a[0])?.object.flags)),
    member("co_firstlineno", "", |py, a| count(py, info(py, a[0])?.object.first_line)),
    getter("co_code", "", |py, a| py.new_bytes(&units::code_bytes(&info(py, a[0])?.object))),
    member("co_consts", "", |py, a| constants(py, info(py, a[0])?)),
    def(
        "_varname_from_oparg",
        "($self, oparg)",
        "(internal-only) Return the local variable name.",
        |py, a| {
            let own = &info(py, a[0])?.object;
            let mut names = own.varnames.iter().chain(&own.cellvars).chain(&own.freevars);
            match usize::try_from(py.index(a[1])?).ok().and_then(|index| names.nth(index)) {
                Some(name) => py.str(name),
                None => Err(py.index_error("tuple index out of range")),
            }
        },
    ),
    member("co_names", "", |py, a| text_tuple(py, &info(py, a[0])?.object.names)),
    getter("co_varnames", "", |py, a| text_tuple(py, &info(py, a[0])?.object.varnames)),
    getter("co_freevars", "", |py, a| text_tuple(py, &info(py, a[0])?.object.freevars)),
    getter("co_cellvars", "", |py, a| text_tuple(py, &info(py, a[0])?.object.cellvars)),
    member("co_filename", "", |py, a| {
        let filename = info(py, a[0])?.filename();
        match python_text::surrogates::name_of(filename) {
            Some(name) => crate::text_codec::decode(py, &name, Some("utf-8"), Some("surrogateescape")),
            None => py.str(filename),
        }
    }),
    member("co_name", "", |py, a| py.str(&info(py, a[0])?.object.name)),
    member("co_qualname", "", |py, a| py.str(&info(py, a[0])?.object.qualname)),
    member("co_linetable", "", |py, a| py.new_bytes(&location_table::encode(&info(py, a[0])?.object))),
    getter("co_lnotab", "", |py, a| {
        let own = info(py, a[0])?;
        let message = "co_lnotab is deprecated, use co_lines instead.";
        py.warn(Ty::DeprecationWarning, message, 1)?;
        py.new_bytes(&line_advances(&own.object))
    }),
    member("co_exceptiontable", "", |py, a| py.new_bytes(&units::exception_table(&info(py, a[0])?.object))),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Code,
    doc: "Create a code object.  Not for mere mortals.",
    constructor: Some(no_constructor),
    methods: METHODS,
}];
