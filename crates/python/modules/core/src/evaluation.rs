//! Builtins that compile, run code and look at namespaces: `exec`, `eval`, `compile`, `globals`, `locals`, `vars`, `dir`.

use crate::frames;
use heap::Gc;
use python_model::code::{Code, CodeInfo};
use python_model::dict;
use python_model::names::Name;
use python_model::native::{NativeDef, def, given};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

/// `compile` flags that a code object may have been compiled with.
const FUTURE_MASK: u32 = python_compile::code::flags::FUTURE_MASK;
const KNOWN_FLAGS: u32 = FUTURE_MASK | NESTED_SCOPES | 0x2000 | 0x200 | 0x4000 | 0x1000;
/// `__future__.nested_scopes`: accepted, as the language has them.
const NESTED_SCOPES: u32 = 0x10;
const ONLY_AST: u32 = 0x400;
/// The part of `ast.PyCF_OPTIMIZED_AST` that is its own.
const OPTIMIZED: u32 = 0x8000;

pub static FUNCTIONS: &[NativeDef] = &[
    def(
        "compile",
        "(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, *, _feature_version=-1)",
        "Compile source into a code object that can be executed by exec() or eval().",
        compile,
    ),
    def(
        "exec",
        "(source, /, globals=None, locals=None, *, closure=None)",
        "Execute the given source in the context of globals and locals.",
        exec,
    ),
    def(
        "eval",
        "(source, /, globals=None, locals=None)",
        "Evaluate the given source in the context of globals and locals.",
        eval,
    ),
    def(
        "globals",
        "()",
        "Return the dictionary containing the current scope's global variables.",
        |py, _a| Ok(frames::globals(py).unwrap_or(NONE)),
    ),
    def("locals", "()", "Return a dictionary containing the current scope's local variables.", |py, _a| {
        Ok(frames::locals(py)?.unwrap_or(NONE))
    }),
    def("vars", "(object=None, /)", "vars([object]) -> dictionary", |py, a| {
        if a[0] == UNSET {
            return Ok(frames::locals(py)?.unwrap_or(NONE));
        }
        match py.get_attr_opt(a[0], Name::DictAttr)? {
            Some(own) => Ok(own),
            None => Err(py.type_error("vars() argument must have __dict__ attribute")),
        }
    }),
    def("dir", "(object=None, /)", "dir([object]) -> list of strings", |py, a| {
        let names = if a[0] == UNSET {
            let locals = frames::locals(py)?.ok_or_else(|| py.system_error("frame does not exist"))?;
            py.call_method(locals, Name::Keys, &[])?
        } else {
            match py.call_special(a[0], Name::Dir, &[])? {
                Some(names) => names,
                None => return Err(py.type_error("object does not provide __dir__")),
            }
        };
        let list = word(py.list_from_iterable(names)?);
        py.call_method(list, Name::Sort, &[])?;
        Ok(list)
    }),
];

fn compile(py: Py, a: &[Word]) -> Result {
    let filename = py.str(&crate::os_error::path_text(py, a[1])?)?;
    let Some(mode) = py.as_str(a[2]) else {
        return Err(
            py.type_error(format!("compile() argument 'mode' must be str, not {}", py.argument_type(a[2])))
        );
    };
    let number = |value: Word, default: i64| if value == UNSET { Ok(default) } else { py.index(value) };
    let flags = number(a[3], 0)?;
    let optimize = number(a[5], -1)?;
    if !(-1..=2).contains(&optimize) {
        return Err(py.value_error("compile(): invalid optimize value"));
    }
    let flags = u32::try_from(flags).unwrap_or(u32::MAX);
    if flags & !(KNOWN_FLAGS | ONLY_AST | OPTIMIZED) != 0 {
        return Err(py.value_error("compile(): unrecognised flags"));
    }
    let inherit = a[4] == UNSET || !py.truth(a[4])?;
    let flags = flags & !NESTED_SCOPES & (KNOWN_FLAGS | ONLY_AST | OPTIMIZED)
        | if inherit { inherited_flags(py) } else { 0 };
    py.audit("compile", |py| {
        let source = py.as_str(a[0]).map_or(Ok(a[0]), |text| py.new_bytes(text.as_bytes()))?;
        py.new_tuple(&[source, filename])
    })?;
    (py.vm().hooks.compile)(py, a[0], filename, &mode.to_text(), flags, optimize)
}

/// `__future__` flags of the code that calls.
fn inherited_flags(py: Py) -> u32 {
    let mut flags = 0;
    (py.vm().hooks.visit_frames)(py, &mut |view| {
        flags = view.code.object().flags & FUTURE_MASK;
        false
    });
    flags
}

/// Globals (a dict, or an instance of a subclass) and locals of an `exec` or `eval`.
fn namespaces(py: Py, name: &str, globals: Word, locals: Word) -> Result<(Word, Word)> {
    let scope = match given(globals) {
        None => frames::globals(py).ok_or_else(|| py.system_error("globals and locals cannot be NULL"))?,
        Some(value) => match py.cast::<Dict>(value) {
            Some(_) => value,
            None if name == "eval" && py.type_of(value).lookup(py, Name::GetItem).is_some() => {
                return Err(py.type_error("globals must be a real dict; try eval(expr, {}, mapping)"));
            }
            None if name == "eval" => return Err(py.type_error("globals must be a dict")),
            None => {
                let what = py.type_name(value);
                return Err(py.type_error(format!("exec() globals must be a dict, not {what}")));
            }
        },
    };
    let names = match (given(globals), given(locals)) {
        (_, Some(locals)) => {
            if py.type_of(locals).lookup(py, Name::GetItem).is_none() {
                let what = py.type_name(locals);
                return Err(py.type_error(match name {
                    "eval" => "locals must be a mapping".into(),
                    _ => format!("locals must be a mapping or None, not {what}"),
                }));
            }
            locals
        }
        (Some(_), None) => scope,
        (None, None) => frames::locals(py)?.unwrap_or(scope),
    };
    let (own, key) = (py.expect::<Dict>(scope, Ty::Dict, "__getitem__")?, py.intern("__builtins__")?);
    if dict::get_symbol(py, own, key).is_none() {
        dict::set_symbol(py, own, key, py.vm().builtins.get())?;
    }
    Ok((scope, names))
}

/// Code of a string, bytes or code object.
fn to_code(py: Py, name: &str, source: Word, mode: &str) -> Result<Gc<CodeRef>> {
    if let Some(code) = py.cast::<CodeRef>(source) {
        return Ok(code);
    }
    if py.as_str(source).is_none() && python_types::buffer::get_opt(py, source)?.is_none() {
        return Err(py.type_error(format!("{name}() arg 1 must be a string, bytes or code object")));
    }
    let mut source = source;
    if let (Some(text), "eval") = (py.as_str(source), mode) {
        let bytes = text.as_bytes();
        let start = bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        if start > 0 {
            source = py.str_bytes(&bytes[start..])?;
        }
    }
    let filename = py.str("<string>")?;
    let code = (py.vm().hooks.compile)(py, source, filename, mode, inherited_flags(py), -1)?;
    Ok(as_object(code).expect("compile makes code"))
}

/// Runs code in a namespace. Its module never goes away: see [`Code`].
fn run(py: Py, code: Gc<CodeRef>, globals: Word, locals: Word, function: Word) -> Result {
    py.audit("exec", |py| py.new_tuple(&[word(code)]))?;
    let code = Code::with_globals(py, code.info(), globals)?;
    (py.vm().hooks.run_code)(py, code, locals, function)
}

fn exec(py: Py, a: &[Word]) -> Result {
    let (globals, locals) = namespaces(py, "exec", a[1], a[2])?;
    let is_code = py.cast::<CodeRef>(a[0]).is_some();
    let code = to_code(py, "exec", a[0], "exec")?;
    let free = code.info().object.freevars.len();
    let closure = given(a[3]);
    let mut function = UNSET;
    match closure {
        Some(_) if !is_code || free == 0 => {
            return Err(py.type_error(if is_code {
                "cannot use a closure with this code object"
            } else {
                "closure can only be used when source is a code object"
            }));
        }
        Some(closure) => {
            let cells = py.cast::<Tuple>(closure).filter(|cells| {
                cells.items().len() == free
                    && cells.items().iter().all(|cell| as_object::<CellObject>(cell.get()).is_some())
            });
            let Some(cells) = cells else {
                return Err(py.type_error(format!("code object requires a closure of exactly length {free}")));
            };
            let code = Code::with_globals(py, code.info(), globals)?;
            function = word(python_model::functions::new_function(py, code, word(cells))?);
        }
        None if free > 0 => {
            return Err(py.type_error("code object passed to exec() may not contain free variables"));
        }
        None => {}
    }
    run(py, code, globals, locals, function)?;
    Ok(NONE)
}

fn eval(py: Py, a: &[Word]) -> Result {
    let (globals, locals) = namespaces(py, "eval", a[1], a[2])?;
    let code = to_code(py, "eval", a[0], "eval")?;
    if !code.info().object.freevars.is_empty() {
        return Err(py.type_error("code object passed to eval() may not contain free variables"));
    }
    run(py, code, globals, locals, UNSET)
}

/// Runs code as the body of a module.
pub fn run_module_code(py: Py, info: &'static CodeInfo, globals: Gc<Dict>) -> Result {
    let code = Code::new(py, info, globals)?;
    (py.vm().hooks.run_code)(py, code, word(globals), UNSET)
}

/// Compiles source and runs it as the body of a module. `flags` are those of the `compile` hook.
pub fn run_module(py: Py, source: Word, filename: &str, flags: u32, globals: Gc<Dict>) -> Result {
    let filename = py.str(filename)?;
    let code = (py.vm().hooks.compile)(py, source, filename, "exec", flags, -1)?;
    let code: Gc<CodeRef> = as_object(code).expect("compile makes code");
    debug_assert_eq!(py.type_of(word(code)).builtin, Some(Ty::Code));
    run(py, code, word(globals), word(globals), UNSET)
}
