//! From source to code objects: the `compile` hook, and syntax errors as Python exceptions.

use python_compile::tree::Kind;
use python_compile::{CompileError, ErrorKind, ErrorLocation, Mode, Options};
use python_model::code::CodeInfo;
use python_model::objects::{Bytes, Str};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::{NONE, Word};
use python_model::vm::FILE_SOURCE;
use python_modules_source::ast;
use std::cell::Cell;

/// The interpreter's level of optimisation: `-O`.
#[derive(Default)]
pub struct Level(pub Cell<u8>);

/// The hook: see [`python_model::vm::Hooks::compile`]. With the flag `ast.PyCF_ONLY_AST` the result is a tree instead of code.
pub fn compile(py: Py, source: Word, filename: Word, mode: &str, flags: u32, optimize: i64) -> Result {
    let (flags, is_file) = (flags & !FILE_SOURCE, flags & FILE_SOURCE != 0);
    let wants_tree = flags & ast::ONLY_AST != 0;
    let mode = match mode {
        "exec" => Some(Mode::Exec),
        "eval" => Some(Mode::Eval),
        "single" => Some(Mode::Single),
        "func_type" if wants_tree => None,
        "func_type" => {
            return Err(py.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if wants_tree => {
            return Err(py.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(py.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let filename = match (py.cast::<Str>(filename), py.cast::<Bytes>(filename)) {
        (Some(text), _) => text.to_text(),
        (_, Some(bytes)) => String::from_utf8_lossy(bytes.items()).into_owned(),
        _ => {
            return Err(py.type_error(format!(
                "expected str, bytes or os.PathLike object, not {}",
                py.type_name(filename)
            )));
        }
    };
    let options = Options {
        optimize: match optimize {
            -1 => py.vm().state::<Level>().0.get(),
            level => u8::try_from(level.clamp(0, 2)).unwrap_or(0),
        },
        future_flags: flags,
        top_level_await: flags & ast::ALLOW_TOP_LEVEL_AWAIT != 0,
        allow_incomplete: flags & 0x4000 != 0,
        int_max_str_digits: py.vm().int_max_str_digits.get(),
        is_own: false,
    };
    if ast::is_tree(py, source) {
        return of_tree(py, source, mode, &filename, flags, options);
    }
    let text = text_of(py, source, &filename, is_file)?;
    if !wants_tree {
        let compiled = python_compile::compile(&text, &filename, mode.unwrap_or(Mode::Exec), options);
        return finish(py, compiled, &filename);
    }
    let parsed = match mode {
        Some(mode) => python_compile::parse(&text, mode, options, flags & ast::TYPE_COMMENTS != 0),
        None => python_compile::parse_function_type(&text, options),
    };
    match parsed {
        Ok((tree, warnings)) => {
            for warning in &warnings {
                issue(py, warning, &filename)?;
            }
            ast::to_python(py, &tree)
        }
        Err(error) => Err(raise(py, &error, &filename)?),
    }
}

/// Code of a tree that a program built. As a tree it is what it was.
fn of_tree(py: Py, tree: Word, mode: Option<Mode>, filename: &str, flags: u32, options: Options) -> Result {
    if flags & ast::ONLY_AST != 0 && flags & ast::OPTIMIZED_AST != ast::OPTIMIZED_AST {
        return Ok(tree);
    }
    let root = match mode {
        Some(Mode::Exec) => Kind::Module,
        Some(Mode::Eval) => Kind::Expression,
        Some(Mode::Single) => Kind::Interactive,
        None => Kind::FunctionType,
    };
    let node = ast::from_python(py, tree, root)?;
    ast::check(py, &node)?;
    if flags & ast::ONLY_AST != 0 {
        return ast::to_python(py, &node);
    }
    finish(py, python_compile::compile_tree(&node, filename, options), filename)
}

/// The text of a source: of a string, or of bytes as they are read from a file; `is_file`: from that of the program itself.
fn text_of(py: Py, source: Word, filename: &str, is_file: bool) -> Result<String> {
    if let Some(text) = py.cast::<Str>(source) {
        if text.as_bytes().contains(&0) {
            return Err(py.raise_text(Ty::SyntaxError, "source code string cannot contain null bytes"));
        }
        return match text.as_str() {
            Some(text) => Ok(python_compile::source::universal_newlines(text.into()).into_owned()),
            None => Err(python_types::type_::check_encodable(py, source).expect_err("it has surrogates")),
        };
    }
    let Some(bytes) = python_types::buffer::get_opt(py, source)? else {
        return Err(py.type_error("compile() arg 1 must be a string, bytes or AST object"));
    };
    match python_compile::source::decode_with(&bytes, &mut |name, bytes| by_codec(py, name, bytes)) {
        Ok(text) => Ok(text.into_owned()),
        Err(mut error) => {
            if is_file {
                of_file(&mut error, &bytes, filename);
            }
            Err(raise(py, &error, filename)?)
        }
    }
}

/// Words an error of decoding as CPython does that reads the program line by line: it knows the file, and the line of a null byte.
fn of_file(error: &mut CompileError, source: &[u8], filename: &str) {
    if error.message.starts_with("Non-UTF-8 code") {
        error.message = error.message.replacen(" on line ", &format!(" in file {filename} on line "), 1);
    } else if error.location.is_none()
        && let Some(at) = source.iter().position(|&byte| byte == 0)
    {
        let start = source[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let line = source[..start].iter().filter(|&&byte| byte == b'\n').count() as i64 + 1;
        error.message = "source code cannot contain null bytes".into();
        error.location = Some(ErrorLocation { line, offset: 0, end_line: line, end_offset: -1 });
        error.text = Some(String::from_utf8_lossy(&source[start..at]).into_owned());
    }
}

/// Decodes with a codec that the program may have registered. Errors: the message of whatever that raises.
fn by_codec(py: Py, name: &str, bytes: &[u8]) -> std::result::Result<String, String> {
    let decoded = (|| {
        let bytes = py.new_bytes(bytes)?;
        let decoded = py.call_method(bytes, py.intern("decode")?, &[py.str(name)?])?;
        Ok(py.to_str(decoded)?.to_text())
    })();
    decoded.map_err(|_: metatrace_machine::Raised| {
        let exception = py.take_raised();
        let message = py.to_str(exception).map(|text| text.to_text());
        message.unwrap_or_else(|_| {
            py.take_raised();
            format!("unknown encoding: {name}")
        })
    })
}

fn finish(
    py: Py,
    result: std::result::Result<python_compile::Compiled, Box<CompileError>>,
    filename: &str,
) -> Result {
    match result {
        Ok(compiled) => {
            for warning in &compiled.warnings {
                issue(py, warning, filename)?;
            }
            py.code_value(CodeInfo::new(compiled.code))
        }
        Err(error) => Err(raise(py, &error, filename)?),
    }
}

/// Issues a `SyntaxWarning`. Where filters make an error of it, it is a `SyntaxError` at the same place.
fn issue(py: Py, warning: &python_compile::CompileWarning, filename: &str) -> Result<()> {
    let issued = py.warn_at(Ty::SyntaxWarning, &warning.message, filename, warning.line);
    if py.unless(issued, Ty::SyntaxWarning)?.is_some() {
        return Ok(());
    }
    // An error is not about the future.
    let message = py.str(&warning.message.replace(" Such sequences will not work in the future.", ""))?;
    let text = python_modules_core::traceback::source_line(py, filename, warning.line);
    let text = if text.is_empty() { NONE } else { py.str(&text)? };
    let (filename, line, offset) = (py.str(filename)?, py.int(i64::from(warning.line))?, py.int(1)?);
    let details = py.new_tuple(&[filename, line, offset, text, line, NONE])?;
    Err(py.raise_with(Ty::SyntaxError, &[message, details]))
}

/// Makes the exception of a compile error pending.
fn raise(py: Py, error: &CompileError, filename: &str) -> Result<metatrace_machine::Raised> {
    let ty = match error.kind {
        ErrorKind::Syntax => Ty::SyntaxError,
        ErrorKind::Incomplete => Ty::IncompleteInputError,
        ErrorKind::Indentation => Ty::IndentationError,
        ErrorKind::Tab => Ty::TabError,
        ErrorKind::Memory => return Ok(py.raise_text(Ty::MemoryError, &error.message)),
        ErrorKind::Recursion => return Ok(py.recursion_error(&error.message)),
        ErrorKind::Overflow => return Ok(py.overflow_error(&error.message)),
    };
    let message = py.str(&error.message)?;
    let Some(location) = &error.location else {
        return Ok(py.raise_with(ty, &[message]));
    };
    let filename = py.str(filename)?;
    let text = match &error.text {
        Some(text) => py.str(text)?,
        None => NONE,
    };
    let number = |n: i64| py.int(n);
    let details = [
        filename,
        number(location.line)?,
        number(location.offset)?,
        text,
        number(location.end_line)?,
        number(location.end_offset)?,
    ];
    let details = py.new_tuple(&details)?;
    Ok(py.raise_with(ty, &[message, details]))
}
