//! Code generation: syntax tree to instructions over labels and registers.
//!
//! The generator walks each scope once and emits a linear list of instructions. Control flow is by labels, exception coverage
//! by a handler tag on each instruction; [`crate::assemble`] turns both into pcs and tables after the cleanups of
//! [`crate::flow`]. There is no intermediate tree or graph: with registers and tags the list itself is easy to transform.
//!
//! Registers are handed out like a stack ([`Unit::temp`], [`Unit::mark`], [`Unit::reset`]); an expression's value goes into a register
//! that the caller chose (`expr_to`), or wherever it already is (`operand`): reading a local variable emits nothing. That is sound
//! because a variable's register only changes under a pending operand through an assignment expression; variables that are the
//! target of one are copied when read.
//!
//! `expr_to(e, dst)` may use `dst` as scratch space only if it is a temporary. If `dst` is a variable's register the value is
//! written by the last instruction, so that the variable keeps its old value for the operands and when an exception is raised.

mod annotation;
mod assign;
mod call;
mod class;
mod compound;
mod comprehension;
mod constant;
mod display;
mod expr;
mod function;
mod generator;
mod import;
mod name;
mod pattern;
mod statement;
mod string;
mod try_stmt;
mod type_params;
mod with_stmt;

use std::collections::hash_map::Entry;

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::{CallShape, CodeObject, Constant, flags};
use crate::error::{CompileWarning, Fault, Result};
use crate::location::LineIndex;
use crate::opcode::Opcode;
use crate::symtable::{Access, ScopeId, ScopeKind, Symbol, SymbolTable};
use crate::{Mode, assemble};

/// A register of the frame under construction; checked to fit 16 bits when assembled.
pub(crate) type Reg = u32;

/// A place in the code, bound or still to be bound.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Label(pub u32);

/// An exception handler; index into [`Unit::handlers`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Handler(pub u32);

/// Where a handler's code is and which register receives the exception.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandlerInfo {
    pub label: Label,
    pub register: Reg,
}

/// An instruction before assembly. A target operand is a label.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Emitted {
    pub op: Opcode,
    pub a: Reg,
    pub b: Reg,
    pub c: u32,
    pub range: TextRange,
    pub handler: Option<Handler>,
}

/// What `return`, `break` and `continue` leave on their way out.
#[derive(Clone, Copy)]
enum FrameBlock<'a> {
    /// Targets of `break` and `continue`.
    Loop { next: Label, end: Label },
    /// The body of a `try` with `finally`.
    Finally { body: &'a [Stmt] },
    /// The `finally` block that runs for an exception.
    FinallyEnd { saved: Reg },
    /// An `except` block; `name` is deleted at its end.
    Except { saved: Reg, name: Option<&'a Identifier> },
    /// An `except*` block.
    ExceptStar,
    /// The body of a `with`: `exit` is the callable pair of the exit method.
    With { exit: Reg, is_async: bool, range: TextRange },
    /// The exceptional exit of a `with`.
    WithEnd,
}

/// A frame block with the handler that is in force outside it.
#[derive(Clone, Copy)]
struct OpenBlock<'a> {
    block: FrameBlock<'a>,
    outer: Option<Handler>,
}

/// An inlined comprehension that is being generated.
struct InlinedScope {
    scope: ScopeId,
    variables: FxHashMap<Symbol, (Reg, bool)>,
}

/// A variable of an inlined comprehension and the labels between which it is visible.
pub(crate) struct Hidden {
    pub name: u32,
    pub register: Reg,
    pub is_cell: bool,
    pub start: Label,
    pub end: Label,
}

/// The code object under construction.
pub(crate) struct Unit<'a> {
    pub scope: ScopeId,
    pub name: String,
    pub qualname: String,
    pub first_line: u32,
    pub flags: u32,
    pub arg_count: u32,
    pub posonly_count: u32,
    pub kwonly_count: u32,
    pub varnames: Vec<Symbol>,
    pub cellvars: Vec<Symbol>,
    pub freevars: Vec<Symbol>,
    pub docstring: Option<Constant>,
    pub instructions: Vec<Emitted>,
    /// For each label the index of the instruction it precedes; `u32::MAX` while unbound.
    pub labels: Vec<u32>,
    pub handlers: Vec<HandlerInfo>,
    pub constants: Vec<Constant>,
    pub names: Vec<Box<str>>,
    pub sites: Vec<u32>,
    pub shapes: Vec<CallShape>,
    pub hidden: Vec<Hidden>,
    pub next_temp: Reg,
    pub max_temp: Reg,
    pub first_temp: Reg,
    constant_index: FxHashMap<Constant, u32>,
    name_index: FxHashMap<Symbol, u32>,
    /// Sites of variables of the module: one for each name, since what they learn does not depend on the instruction.
    variable_sites: FxHashMap<Symbol, u32>,
    locals: FxHashMap<Symbol, Reg>,
    cells: FxHashMap<Symbol, Reg>,
    inlined: Vec<InlinedScope>,
    handler: Option<Handler>,
    blocks: Vec<OpenBlock<'a>>,
    next_conditional_annotation: i64,
    deferred_annotations: Vec<(&'a StmtAnnAssign, Option<i64>)>,
    conditional_depth: u32,
}

/// What the generator needs to know about the compilation.
pub(crate) struct Settings<'a> {
    pub filename: &'a str,
    pub source: &'a str,
    pub lines: &'a LineIndex,
    pub mode: Mode,
    pub optimize: u8,
    pub future_flags: u32,
    pub top_level_await: bool,
    /// See [`crate::Options::is_own`].
    pub is_own: bool,
    pub int_max_str_digits: usize,
    /// Constants of a tree that has no source (see [`crate::tree`]).
    pub constants: &'a [Constant],
}

pub(crate) struct Generator<'a> {
    table: SymbolTable,
    unit: Unit<'a>,
    outer: Vec<Unit<'a>>,
    settings: Settings<'a>,
    not_constant: FxHashSet<usize>,
    /// The parentheses around the only argument of a call: they belong to it if it is a bare generator expression.
    argument_range: Option<TextRange>,
    unwound: Vec<try_stmt::Unwound<'a>>,
    pub warnings: Vec<CompileWarning>,
    /// Where and what was warned: the code of a `finally` is emitted once for each way into it.
    warned: FxHashSet<(TextSize, String)>,
}

/// Generates the code of a whole tree.
pub(crate) fn generate<'a>(
    tree: &'a Mod,
    table: SymbolTable,
    settings: Settings<'a>,
) -> Result<(CodeObject, Vec<CompileWarning>)> {
    let placeholder = Unit::new(SymbolTable::MODULE, String::new(), String::new(), 0);
    let mut g = Generator {
        table,
        unit: placeholder,
        outer: Vec::new(),
        settings,
        not_constant: FxHashSet::default(),
        argument_range: None,
        unwound: Vec::new(),
        warnings: Vec::new(),
        warned: FxHashSet::default(),
    };
    g.enter(SymbolTable::MODULE, "<module>", 1)?;
    match tree {
        Mod::Module(m) => g.module(m)?,
        Mod::Expression(e) => {
            let value = g.operand(&e.body)?;
            g.emit(e.body.range(), Opcode::Return, value, 0, 0);
        }
    }
    let code = g.leave()?;
    Ok((code, g.warnings))
}

/// Where the end of a body comes from: its last statement, or for one with a body of its own, wherever control comes from.
fn end_of(body: &[Stmt]) -> TextRange {
    match body.last() {
        Some(Stmt::If(_) | Stmt::While(_) | Stmt::For(_) | Stmt::Try(_) | Stmt::With(_) | Stmt::Match(_))
        | None => crate::location::NO_LOCATION,
        // The line of the keyword: decorators are before it.
        Some(Stmt::ClassDef(c)) => c.name.range,
        Some(Stmt::FunctionDef(f)) => f.name.range,
        Some(last) => last.range(),
    }
}

impl Unit<'_> {
    fn new(scope: ScopeId, name: String, qualname: String, first_line: u32) -> Self {
        Unit {
            scope,
            name,
            qualname,
            first_line,
            flags: 0,
            arg_count: 0,
            posonly_count: 0,
            kwonly_count: 0,
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
            docstring: None,
            instructions: Vec::new(),
            labels: Vec::new(),
            handlers: Vec::new(),
            constants: Vec::new(),
            names: Vec::new(),
            sites: Vec::new(),
            shapes: Vec::new(),
            hidden: Vec::new(),
            next_temp: 0,
            max_temp: 0,
            first_temp: 0,
            constant_index: FxHashMap::default(),
            name_index: FxHashMap::default(),
            variable_sites: FxHashMap::default(),
            locals: FxHashMap::default(),
            cells: FxHashMap::default(),
            inlined: Vec::new(),
            handler: None,
            blocks: Vec::new(),
            next_conditional_annotation: 0,
            deferred_annotations: Vec::new(),
            conditional_depth: 0,
        }
    }

    /// A fresh temporary.
    fn temp(&mut self) -> Reg {
        self.block(1)
    }

    /// `n` consecutive fresh temporaries.
    fn block(&mut self, n: u32) -> Reg {
        let first = self.next_temp;
        self.next_temp += n;
        self.max_temp = self.max_temp.max(self.next_temp);
        first
    }

    fn mark(&self) -> Reg {
        self.next_temp
    }

    /// Gives back all temporaries handed out since `mark`.
    fn reset(&mut self, mark: Reg) {
        self.next_temp = mark;
    }

    fn is_temp(&self, r: Reg) -> bool {
        r >= self.first_temp
    }

    fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    fn bind(&mut self, label: Label) {
        debug_assert_eq!(self.labels[label.0 as usize], u32::MAX, "a label is bound once");
        self.labels[label.0 as usize] = self.instructions.len() as u32;
    }

    /// A new handler whose exception goes to a fresh temporary.
    fn handler(&mut self) -> (Handler, Label, Reg) {
        let (label, register) = (self.label(), self.temp());
        self.handlers.push(HandlerInfo { label, register });
        (Handler(self.handlers.len() as u32 - 1), label, register)
    }
}

impl<'a> Generator<'a> {
    fn emit(&mut self, range: TextRange, op: Opcode, a: Reg, b: Reg, c: u32) {
        let handler = self.unit.handler;
        self.unit.instructions.push(Emitted { op, a, b, c, range, handler });
    }

    fn jump(&mut self, range: TextRange, op: Opcode, condition: Reg, target: Label) {
        self.emit(range, op, condition, 0, target.0);
    }

    fn constant_index(&mut self, constant: Constant) -> u32 {
        let unit = &mut self.unit;
        match unit.constant_index.entry(constant) {
            Entry::Occupied(e) => *e.get(),
            Entry::Vacant(e) => {
                let index = unit.constants.len() as u32;
                unit.constants.push(e.key().clone());
                *e.insert(index)
            }
        }
    }

    fn load_const(&mut self, range: TextRange, dst: Reg, constant: Constant) {
        let index = self.constant_index(constant);
        self.emit(range, Opcode::LoadConst, dst, 0, index);
    }

    fn name_index(&mut self, name: Symbol) -> u32 {
        let unit = &mut self.unit;
        let names = &mut unit.names;
        let text = &self.table.names;
        *unit.name_index.entry(name).or_insert_with(|| {
            names.push(text.name(name).into());
            names.len() as u32 - 1
        })
    }

    fn site(&mut self, name: Symbol) -> u32 {
        let name = self.name_index(name);
        self.unit.sites.push(name);
        self.unit.sites.len() as u32 - 1
    }

    /// The site of a variable of the module.
    fn variable_site(&mut self, name: Symbol) -> u32 {
        if let Some(site) = self.unit.variable_sites.get(&name) {
            return *site;
        }
        let site = self.site(name);
        self.unit.variable_sites.insert(name, site);
        site
    }

    /// `name` as it is spelled in the innermost scope.
    fn mangle(&mut self, name: &str) -> Symbol {
        let scope = self.scope_id();
        self.table.mangle(scope, name)
    }

    fn intern(&mut self, name: &str) -> Symbol {
        self.table.names.intern(name)
    }

    /// The innermost scope, which may be an inlined comprehension.
    fn scope_id(&self) -> ScopeId {
        self.unit.inlined.last().map_or(self.unit.scope, |i| i.scope)
    }

    fn line(&self, node: &impl Ranged) -> u32 {
        self.settings.lines.line(node.start())
    }

    fn warn(&mut self, range: TextRange, message: impl Into<String>) {
        let message = message.into();
        if self.warned.insert((range.start(), message.clone())) {
            let line = self.line(&range);
            self.warnings.push(CompileWarning { message, line });
        }
    }

    /// Starts the code object of a scope.
    fn enter(&mut self, scope: ScopeId, name: &str, first_line: u32) -> Result<()> {
        let qualname = self.qualname(scope, name);
        let mut unit = Unit::new(scope, name.to_owned(), qualname, first_line);
        let s = self.table.scope(scope);
        unit.flags = self.settings.future_flags;
        if s.is_function_like() {
            unit.flags |= flags::OPTIMIZED | flags::NEWLOCALS;
            if s.is_nested {
                unit.flags |= flags::NESTED;
            }
            unit.flags |= match (s.is_generator || s.kind == ScopeKind::Generator, s.is_coroutine) {
                (true, true) => flags::ASYNC_GENERATOR,
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                (false, false) => 0,
            };
            let is_function = matches!(
                s.kind,
                ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Generator | ScopeKind::Comprehension
            );
            if s.is_method && is_function {
                unit.flags |= flags::METHOD;
            }
        } else if s.kind == ScopeKind::Module && s.is_coroutine {
            unit.flags |= flags::COROUTINE;
        }
        // Registers of variables: parameters, locals, cells, closure.
        let mut variables = s.params.clone();
        let mut cells = s.class_cells.clone();
        if s.is_function_like() {
            for &(symbol, info) in &s.symbols {
                match info.access {
                    Access::Local if !s.params.contains(&symbol) => variables.push(symbol),
                    Access::Cell => cells.push(symbol),
                    _ => {}
                }
            }
        }
        let mut frees = s.passing.clone();
        cells.sort_by_key(|&c| self.table.names.name(c));
        frees.sort_by_key(|&c| self.table.names.name(c));
        let first_cell = variables.len() as Reg;
        for (i, &symbol) in variables.iter().enumerate() {
            unit.locals.insert(symbol, i as Reg);
        }
        for (i, &symbol) in cells.iter().chain(&frees).enumerate() {
            unit.cells.insert(symbol, first_cell + i as Reg);
        }
        unit.first_temp = first_cell + (cells.len() + frees.len()) as Reg;
        unit.next_temp = unit.first_temp;
        unit.max_temp = unit.first_temp;
        let params = s.params.clone();
        unit.varnames = variables;
        unit.cellvars = cells.clone();
        unit.freevars = frees;
        let generator = unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        self.outer.push(std::mem::replace(&mut self.unit, unit));
        if self.outer.len() > crate::limits::MAX_NESTED_SCOPES {
            return Err(crate::limits::too_deep_to_compile());
        }
        let range = crate::location::NO_LOCATION;
        if generator {
            self.emit(range, Opcode::GeneratorStart, 0, 0, 0);
        }
        for (i, symbol) in cells.iter().enumerate() {
            let cell = first_cell + i as Reg;
            match params.iter().position(|p| p == symbol) {
                Some(p) => self.emit(range, Opcode::MakeCell, cell, p as Reg, 0),
                None => self.emit(range, Opcode::MakeEmptyCell, cell, 0, 0),
            }
        }
        Ok(())
    }

    /// Ends the current code object and goes back to the enclosing one.
    fn leave(&mut self) -> Result<CodeObject> {
        let outer = self.outer.pop().expect("leave pairs with enter");
        let unit = std::mem::replace(&mut self.unit, outer);
        assemble::assemble(unit, &self.table, &self.settings)
    }

    pub(super) fn qualname(&self, scope: ScopeId, name: &str) -> String {
        let s = self.table.scope(scope);
        let Some(mut parent) = s.parent.map(|p| self.table.unit(p)) else {
            return name.to_owned();
        };
        let mut enclosing = &self.unit;
        if self.table.scope(parent).kind == ScopeKind::TypeParams {
            // `def f[T]`: the wrapper does not show.
            match self.table.scope(parent).parent.map(|p| self.table.unit(p)) {
                Some(outer) if self.table.scope(outer).kind != ScopeKind::Module => {
                    parent = outer;
                    enclosing = self.outer.last().expect("a wrapper is inside a unit");
                }
                _ => return name.to_owned(),
            }
        }
        let p = self.table.scope(parent);
        if p.kind == ScopeKind::Module {
            return name.to_owned();
        }
        if matches!(s.kind, ScopeKind::Function | ScopeKind::Class) {
            let mangled = match p.private {
                Some(class) => crate::symtable::mangle(self.table.names.name(class), name),
                None => name.into(),
            };
            let declared_global = p.symbols.iter().any(|&(symbol, info)| {
                info.access == Access::GlobalExplicit && self.table.names.name(symbol) == mangled
            });
            if declared_global {
                return name.to_owned();
            }
        }
        match p.kind {
            ScopeKind::Function | ScopeKind::Lambda => format!("{}.<locals>.{name}", enclosing.qualname),
            _ => format!("{}.{name}", enclosing.qualname),
        }
    }

    fn module(&mut self, m: &'a ModModule) -> Result<()> {
        let start = TextRange::default();
        self.start_annotations(start)?;
        let body = self.store_docstring(&m.body)?;
        for stmt in body {
            self.stmt(stmt)?;
        }
        self.finish_module_annotations()?;
        self.return_none(if m.body.is_empty() { start } else { end_of(&m.body) });
        Ok(())
    }

    /// Stores the docstring of a module or class and returns the rest of its body.
    fn store_docstring(&mut self, body: &'a [Stmt]) -> Result<&'a [Stmt]> {
        if !crate::symtable_has_docstring(body) || self.settings.mode == Mode::Single {
            return Ok(body);
        }
        if let (Stmt::Expr(e), true) = (&body[0], self.settings.optimize < 2)
            && let Expr::StringLiteral(s) = &*e.value
        {
            let mark = self.unit.mark();
            let t = self.unit.temp();
            let doc = self.docstring(s);
            self.load_const(e.range, t, doc);
            let name = self.intern("__doc__");
            let name = self.name_index(name);
            self.emit(e.range, Opcode::StoreName, t, 0, name);
            self.unit.reset(mark);
        }
        Ok(&body[1..])
    }

    /// Ends code that has no `return` there.
    fn return_none(&mut self, range: TextRange) {
        let mark = self.unit.mark();
        let t = self.unit.temp();
        self.load_const(range, t, Constant::None);
        self.emit(range, Opcode::Return, t, 0, 0);
        self.unit.reset(mark);
    }

    fn body(&mut self, body: &'a [Stmt]) -> Result<()> {
        body.iter().try_for_each(|s| self.stmt(s))
    }

    fn error<T>(&self, range: TextRange, message: impl Into<String>) -> Result<T> {
        Err(Fault::syntax(message, range))
    }

    /// Source text of a node.
    fn text(&self, range: TextRange) -> &'a str {
        self.settings.source.get(range.start().to_usize()..range.end().to_usize()).unwrap_or("")
    }
}
