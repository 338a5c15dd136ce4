//! Python 3.14 source to register bytecode.
//!
//! [`compile`] runs the passes in CPython's order, so that of several errors the same one is reported:
//! decode ([`source`]) → parse (`ruff_python_parser`) → `__future__` → symbol tables → instructions → cleanups, liveness, tables.
//! The result, a [`CodeObject`], is a plain value; another crate turns it into runtime objects.

pub mod anchors;
pub mod code;
pub mod disassemble;
pub mod error;
pub mod location;
pub mod location_table;
pub mod opcode;
pub mod operand;
pub mod packed;
pub mod source;
pub mod tokenize;
pub mod tree;
pub mod units;
pub mod verify;

mod assemble;
mod emit;
mod flow;
mod future;
mod interactive;
mod limits;
mod literal;
mod symtable;
mod syntax;
mod unparse;
mod warnings;

pub use code::{CodeObject, Constant};
pub use error::{CompileError, CompileWarning, ErrorKind, ErrorLocation};
pub(crate) use symtable::has_docstring as symtable_has_docstring;
pub use symtable::{TableKind, TableView};

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{ParseOptions, Parsed};

use error::Fault;
use location::LineIndex;

/// What a source is compiled as: the third argument of Python's `compile`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// A module.
    Exec,
    /// One expression.
    Eval,
    /// One interactive statement, whose expressions are printed.
    Single,
}

/// Switches of a compilation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Options {
    /// 0; 1: without assertions (`-O`); 2: also without docstrings (`-OO`).
    pub optimize: u8,
    /// `__future__` flags in force besides those that the source imports: the caller's, unless `dont_inherit`.
    pub future_flags: u32,
    /// `ast.PyCF_ALLOW_TOP_LEVEL_AWAIT`.
    pub top_level_await: bool,
    /// `PyCF_ALLOW_INCOMPLETE_INPUT` and `PyCF_DONT_IMPLY_DEDENT`, as `codeop` sets them: a source that ends too early fails with
    /// [`ErrorKind::Incomplete`], also one whose indented block could go on.
    pub allow_incomplete: bool,
    /// `sys.get_int_max_str_digits()`; 0 for no limit.
    pub int_max_str_digits: usize,
    /// The source is the interpreter's own: `is_int(x)` is an instruction.
    pub is_own: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            optimize: 0,
            future_flags: 0,
            top_level_await: false,
            allow_incomplete: false,
            int_max_str_digits: 4300,
            is_own: false,
        }
    }
}

/// A code object and the `SyntaxWarning`s to issue for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Compiled {
    /// Code of the module or expression.
    pub code: CodeObject,
    /// In the order in which CPython issues them: those of the tokens, of the tree, of the code.
    pub warnings: Vec<CompileWarning>,
}

/// Compiles bytes, as read from a file. Errors: see [`CompileError`].
pub fn compile_bytes(
    bytes: &[u8],
    filename: &str,
    mode: Mode,
    options: Options,
) -> Result<Compiled, Box<CompileError>> {
    let text = source::decode(bytes)?;
    compile(&text, filename, mode, options)
}

/// Compiles text. Errors: see [`CompileError`].
pub fn compile(
    text: &str,
    filename: &str,
    mode: Mode,
    options: Options,
) -> Result<Compiled, Box<CompileError>> {
    with_tree(text, mode, options.allow_incomplete, |parsed, lines| {
        let tree = parsed.syntax();
        let warnings = warnings::before_code(tree, parsed.tokens(), text, lines);
        let source = TreeSource { filename, text, lines, constants: &[] };
        generate(tree, source, mode, options, warnings)
    })
}

/// Parses text into the tree that `ast` shows. With `type_comments`, `# type:` comments are kept.
/// Errors: see [`CompileError`].
pub fn parse(
    text: &str,
    mode: Mode,
    options: Options,
    type_comments: bool,
) -> Result<(tree::Node, Vec<CompileWarning>), Box<CompileError>> {
    with_tree(text, mode, options.allow_incomplete, |parsed, lines| {
        let warnings = warnings::before_code(parsed.syntax(), parsed.tokens(), text, lines);
        let comments = match type_comments {
            true => tree::TypeComments::of(parsed.tokens(), text, lines),
            false => tree::TypeComments::default(),
        };
        let node = tree::from_parser(parsed.syntax(), text, lines, mode == Mode::Single, comments);
        Ok((node, warnings))
    })
}

/// Parses `(int, *str) -> bool`, the type of a function as a comment gives it. Positions are those of its parts.
/// Errors: see [`CompileError`].
pub fn parse_function_type(
    text: &str,
    options: Options,
) -> Result<(tree::Node, Vec<CompileWarning>), Box<CompileError>> {
    let (left, right) = text.split_once("->").unwrap_or((text, ""));
    // Its parameters are what a call takes.
    let call = format!("_{}", left.trim());
    let (parameters, _) = parse(&call, Mode::Eval, options, false)?;
    let (returns, _) = parse(right.trim(), Mode::Eval, options, false)?;
    let node = tree::function_type(parameters, returns).ok_or_else(|| {
        let fault = Fault::parser("invalid syntax", ruff_text_size::TextRange::default());
        Box::new(fault.locate(text, &LineIndex::new(text)))
    })?;
    Ok((node, Vec::new()))
}

/// Compiles a valid tree ([`tree::validate`]): a `Module`, `Interactive` or `Expression`.
/// Errors: see [`CompileError`].
pub fn compile_tree(
    node: &tree::Node,
    filename: &str,
    options: Options,
) -> Result<Compiled, Box<CompileError>> {
    let depth = tree::depth(node);
    if depth > limits::MAX_DEPTH {
        return Err(Box::new(limits::too_deep_to_compile().locate("", &LineIndex::new(""))));
    }
    limits::with_stack(depth, || {
        let tree::ParserTree { tree, lines, constants } = tree::to_parser(node);
        let mode = match node.kind {
            tree::Kind::Expression => Mode::Eval,
            tree::Kind::Interactive => Mode::Single,
            _ => Mode::Exec,
        };
        let warnings = warnings::before_code(&tree, &[], "", &lines);
        let source = TreeSource { filename, text: "", lines: &lines, constants: &constants };
        generate(&tree, source, mode, options, warnings).map_err(|fault| Box::new(fault.locate("", &lines)))
    })
}

/// What a tree was made from.
#[derive(Clone, Copy)]
struct TreeSource<'a> {
    filename: &'a str,
    text: &'a str,
    lines: &'a LineIndex,
    constants: &'a [Constant],
}

/// Symbol tables and code of a tree. `warnings` come before those of the code.
fn generate(
    tree: &Mod,
    source: TreeSource<'_>,
    mode: Mode,
    options: Options,
    mut warnings: Vec<CompileWarning>,
) -> error::Result<Compiled> {
    let future_flags = future::future_flags(tree)? | options.future_flags & code::flags::FUTURE_MASK;
    let table = symtable::build(tree, build_options(future_flags, options))?;
    let settings = emit::Settings {
        filename: source.filename,
        source: source.text,
        lines: source.lines,
        mode,
        optimize: options.optimize,
        future_flags,
        top_level_await: options.top_level_await,
        is_own: options.is_own,
        int_max_str_digits: options.int_max_str_digits,
        constants: source.constants,
    };
    let (code, of_code) = emit::generate(tree, table, settings)?;
    warnings.extend(of_code);
    Ok(Compiled { code, warnings })
}

/// The symbol tables of a source as `symtable` shows them. Errors: see [`CompileError`].
pub fn symbol_table(text: &str, mode: Mode, options: Options) -> Result<TableView, Box<CompileError>> {
    with_tree(text, mode, false, |parsed, lines| {
        let tree = parsed.syntax();
        let future_flags = future::future_flags(tree)? | options.future_flags & code::flags::FUTURE_MASK;
        Ok(symtable::build(tree, build_options(future_flags, options))?.view(lines))
    })
}

/// Text form of the symbol tables of a source; for tests and for the curious.
pub fn dump_symbols(text: &str) -> Result<String, Box<CompileError>> {
    with_tree(text, Mode::Exec, false, |parsed, _| {
        let tree = parsed.syntax();
        let future_flags = future::future_flags(tree)?;
        Ok(symtable::build(tree, build_options(future_flags, Options::default()))?.dump())
    })
}

fn build_options(future_flags: u32, options: Options) -> symtable::BuildOptions {
    symtable::BuildOptions {
        future_annotations: future_flags & code::flags::FUTURE_ANNOTATIONS != 0,
        top_level_await: options.top_level_await,
    }
}

/// Parses and hands the tree to `f`, on a stack that is large enough for it.
fn with_tree<R>(
    text: &str,
    mode: Mode,
    allow_incomplete: bool,
    f: impl FnOnce(&Parsed<Mod>, &LineIndex) -> error::Result<R>,
) -> Result<R, Box<CompileError>> {
    source::check_nulls(text)?;
    let bound = limits::depth_bound(text);
    let fail = |fault: Box<Fault>, lines: &LineIndex| Box::new(fault.locate(text, lines));
    if text.len() >= u32::MAX as usize {
        let fault = Fault::bare(ErrorKind::Overflow, "source code is too long");
        return Err(fail(fault, &LineIndex::new("")));
    }
    let lines = LineIndex::new(text);
    if let Some(fault) = limits::nesting_fault(text) {
        return Err(fail(fault, &lines));
    }
    if bound.prefix > limits::MAX_PREFIX_DEPTH {
        return Err(fail(limits::too_deep_to_parse(), &lines));
    }
    if bound.depth > limits::MAX_DEPTH {
        return Err(fail(limits::too_deep_to_compile(), &lines));
    }
    limits::with_stack(bound.depth, || {
        let parser_mode = match mode {
            Mode::Eval => ruff_python_parser::Mode::Expression,
            Mode::Exec | Mode::Single => ruff_python_parser::Mode::Module,
        };
        let parse_options = ParseOptions::from(parser_mode).with_target_version(PythonVersion::PY314);
        let parsed = ruff_python_parser::parse_unchecked(text, parse_options);
        if let Some(fault) = syntax::first_fault(&parsed, text, mode, allow_incomplete) {
            return Err(fail(fault, &lines));
        }
        if mode == Mode::Single
            && let Some(fault) = interactive::fault(&parsed, text, allow_incomplete)
        {
            return Err(fail(fault, &lines));
        }
        if let Some(fault) = syntax::indentation_fault(text) {
            return Err(fail(fault, &lines));
        }
        f(&parsed, &lines).map_err(|fault| fail(fault, &lines))
    })
}
