//! Syntax tree to bytecode, in one pass over the annotated tree.
//!
//! Registers are handed out as a stack: locals as blocks declare them, temporaries above. An expression is compiled either *to* a
//! given register, or to *any*: then a local variable is its own register and no move is made. Conditions
//! compile to jumps; `and`, `or`, `not` and comparisons in them never become values.
//!
//! Why an assignment may compile its value right into the variable: every instruction writes its register last, so a
//! value that raises leaves the variable as it was. `and`/`or` are the exception (they write, then jump) and
//! go through a temporary.

mod expression;
mod statement;

use crate::ast::{self, Mention};
use crate::builtins::Builtin;
use crate::bytecode::*;
use crate::scope::{Home, Meaning, Scopes, VariableId};
use crate::source::{Place, Symbol, Symbols, SyntaxError};
use std::collections::HashMap;

type Result<T> = std::result::Result<T, SyntaxError>;

/// Registers of one frame.
pub const REGISTER_LIMIT: u16 = 250;
/// Instructions of one function.
pub const CODE_LIMIT: usize = 60_000;
/// Parameters, arguments, items of one literal.
const COUNT_LIMIT: usize = 200;

/// Source text to a program that can run.
pub fn compile(text: &str, symbols: &mut Symbols) -> Result<Program> {
    let module = crate::parser::parse(text, symbols)?;
    let scopes = crate::scope::analyse(&module, symbols)?;
    let main = symbols.intern("main");
    let mut compiler = Compiler {
        scopes: &scopes,
        program: Program { functions: Vec::new(), globals: Vec::new(), records: Vec::new() },
        globals: HashMap::new(),
        parameter_name: symbols.intern("x"),
        symbols,
        current: Unit::default(),
    };
    let index = compiler.reserve(main)?;
    compiler.begin(Vec::new(), None);
    compiler.statements(&module.body)?;
    compiler.finish(index, main, 0, Place { line: 1, column: 1 })?;
    let mut program = compiler.program;
    crate::liveness::analyse(&mut program);
    Ok(program)
}

/// The function being compiled.
#[derive(Default)]
struct Unit {
    captures: Vec<VariableId>,
    own: Option<VariableId>,
    code: Vec<Op>,
    places: Vec<Place>,
    constants: Vec<Literal>,
    loop_count: u16,
    fields: Vec<Symbol>,
    handlers: Vec<Handler>,
    registers: HashMap<u32, u16>,
    next_register: u16,
    register_count: u16,
    loops: Vec<LoopUnit>,
    outer: Option<Box<Unit>>,
}

struct LoopUnit {
    header: Target,
    /// Jumps out of the loop that still need their target.
    breaks: Vec<usize>,
}

struct Compiler<'a> {
    scopes: &'a Scopes,
    symbols: &'a Symbols,
    program: Program,
    globals: HashMap<u32, GlobalIndex>,
    parameter_name: Symbol,
    current: Unit,
}

impl Compiler<'_> {
    // ---- Functions ----

    fn reserve(&mut self, name: Symbol) -> Result<FunctionIndex> {
        let index = u16::try_from(self.program.functions.len());
        let index = index.map_err(|_| SyntaxError::new(Place::default(), "too many functions"))?;
        self.program.functions.push(Function {
            name,
            parameter_count: 0,
            register_count: 1,
            capture_count: 0,
            code: Vec::new(),
            constants: Vec::new(),
            loop_count: 0,
            fields: Vec::new(),
            handlers: Vec::new(),
            places: Vec::new(),
            live: RegisterSets::default(),
            joins: Vec::new(),
        });
        Ok(FunctionIndex(index))
    }

    fn begin(&mut self, captures: Vec<VariableId>, own: Option<VariableId>) {
        let unit = Unit { captures, own, next_register: 1, register_count: 1, ..Unit::default() };
        let outer = std::mem::replace(&mut self.current, unit);
        self.current.outer = Some(Box::new(outer));
    }

    fn finish(&mut self, index: FunctionIndex, name: Symbol, parameters: usize, end: Place) -> Result<()> {
        let nil = self.constant(Literal::Nil, end)?;
        let result = self.temporary(end)?;
        self.emit(Op::Constant { d: result.into(), k: nil }, end)?;
        self.emit(Op::Return { a: result.into() }, end)?;
        let outer = self.current.outer.take().expect("begin() set it");
        let unit = std::mem::replace(&mut self.current, *outer);
        let function = &mut self.program.functions[usize::from(index.0)];
        function.name = name;
        function.parameter_count = parameters as u8;
        function.register_count = unit.register_count;
        function.capture_count = unit.captures.len() as u16;
        function.code = unit.code;
        function.places = unit.places;
        function.constants = unit.constants;
        function.loop_count = unit.loop_count;
        function.fields = unit.fields;
        function.handlers = unit.handlers;
        Ok(())
    }

    fn function(&mut self, function: &ast::Function, d: Register) -> Result<()> {
        let place = function.place;
        let index = self.reserve(function.name)?;
        let captures = self.scopes.captures.get(&function.place).cloned().unwrap_or_default();
        let own = function.declares.map(|id| {
            let mention = Mention { id, name: function.name, place };
            match self.scopes.meaning(mention) {
                Meaning::Variable(id) => id,
                Meaning::Builtin(_) => unreachable!("declared names are variables"),
            }
        });
        let first = self.current.next_register;
        for &captured in &captures {
            let to = self.temporary(place)?;
            self.raw_value(captured, to, place)?;
        }
        self.release(first);
        self.check_count(function.parameters.len(), "parameters", place)?;
        self.begin(captures, own);
        for parameter in &function.parameters {
            self.declare(*parameter)?;
        }
        for parameter in &function.parameters {
            self.initialise(*parameter)?;
        }
        self.statements(&function.body)?;
        self.finish(index, function.name, function.parameters.len(), place)?;
        self.emit(Op::Closure { d: d.into(), f: index, first: First(first) }, place)
    }

    /// A builtin as a value: a function that calls it.
    fn builtin_function(&mut self, builtin: Builtin, d: Register, place: Place) -> Result<()> {
        let name = self.symbols.find(builtin.name()).unwrap_or(self.parameter_name);
        let index = self.reserve(name)?;
        self.begin(Vec::new(), None);
        let (least, most) = builtin.arity();
        let n = if most == u8::MAX { 1 } else { least };
        for _ in 0..n {
            self.temporary(place)?;
        }
        let result = self.temporary(place)?;
        self.emit(Op::Builtin { builtin, d: result.into(), first: First(1), n: Count(n) }, place)?;
        self.emit(Op::Return { a: result.into() }, place)?;
        self.finish(index, name, n.into(), place)?;
        self.emit(Op::Closure { d: d.into(), f: index, first: First(0) }, place)
    }

    // ---- Emission ----

    fn emit(&mut self, op: Op, place: Place) -> Result<()> {
        if self.current.code.len() == CODE_LIMIT {
            let message = format!("function too large (more than {CODE_LIMIT} instructions)");
            return Err(SyntaxError::new(place, message));
        }
        self.current.code.push(op);
        self.current.places.push(place);
        Ok(())
    }

    fn here(&self) -> Target {
        Target(self.current.code.len() as u16) // CODE_LIMIT is below 2^16
    }

    /// Emits a jump whose target comes later.
    fn emit_forward(&mut self, op: Op, place: Place) -> Result<usize> {
        self.emit(op, place)?;
        Ok(self.current.code.len() - 1)
    }

    /// Lets earlier jumps lead here.
    fn land(&mut self, jumps: impl IntoIterator<Item = usize>) {
        let here = self.here();
        for jump in jumps {
            self.current.code[jump] = self.current.code[jump].with_target(here);
        }
    }

    fn constant(&mut self, literal: Literal, place: Place) -> Result<ConstantIndex> {
        let same = |other: &Literal| match (other, &literal) {
            (Literal::Float(a), Literal::Float(b)) => a.to_bits() == b.to_bits(),
            (a, b) => a == b,
        };
        let constants = &mut self.current.constants;
        let index = constants.iter().position(same).unwrap_or_else(|| {
            constants.push(literal);
            constants.len() - 1
        });
        let index = u16::try_from(index).map_err(|_| SyntaxError::new(place, "too many constants"))?;
        Ok(ConstantIndex(index))
    }

    fn field(&mut self, name: Symbol) -> FieldIndex {
        self.current.fields.push(name);
        FieldIndex(self.current.fields.len() as u16 - 1) // at most one per instruction
    }

    fn temporary(&mut self, place: Place) -> Result<Register> {
        let register = self.current.next_register;
        if register == REGISTER_LIMIT {
            let message = format!("too many variables and temporaries (more than {REGISTER_LIMIT})");
            return Err(SyntaxError::new(place, message));
        }
        self.current.next_register += 1;
        self.current.register_count = self.current.register_count.max(register + 1);
        Ok(Register(register))
    }

    fn release(&mut self, down_to: u16) {
        self.current.next_register = down_to;
    }

    fn check_count(&self, count: usize, what: &str, place: Place) -> Result<Count> {
        if count > COUNT_LIMIT {
            return Err(SyntaxError::new(place, format!("too many {what} (more than {COUNT_LIMIT})")));
        }
        Ok(Count(count as u8))
    }

    // ---- Variables ----

    fn variable(&self, mention: Mention) -> VariableId {
        match self.scopes.meaning(mention) {
            Meaning::Variable(id) => id,
            Meaning::Builtin(_) => unreachable!("scope analysis refuses assignments to builtins"),
        }
    }

    fn global(&mut self, id: VariableId) -> GlobalIndex {
        let variable = self.scopes.variable(id);
        *self.globals.entry(id.0).or_insert_with(|| {
            let is_constant = !variable.is_assigned();
            self.program.globals.push(Global { name: variable.name, is_constant });
            GlobalIndex(self.program.globals.len() as u16 - 1)
        })
    }

    /// Gives a variable its register. Its first value is then compiled there; [`Self::initialise`] follows.
    fn declare(&mut self, mention: Mention) -> Result<Register> {
        let register = self.temporary(mention.place)?;
        self.current.registers.insert(self.variable(mention).0, register.0);
        Ok(register)
    }

    /// Moves a variable's first value from its register to where the variable lives.
    fn initialise(&mut self, mention: Mention) -> Result<()> {
        let id = self.variable(mention);
        let register = Register(self.current.registers[&id.0]);
        match self.scopes.variable(id).home() {
            Home::Register => Ok(()),
            Home::Cell => self.emit(Op::CellNew { d: register.into(), a: register.into() }, mention.place),
            Home::Global => {
                let g = self.global(id);
                self.current.registers.remove(&id.0);
                self.emit(Op::GlobalSet { g, a: register.into() }, mention.place)
            }
        }
    }

    /// The register that holds a variable of this function, or its cell.
    fn own_register(&self, id: VariableId) -> Option<Register> {
        if self.current.own == Some(id) {
            return Some(Register(0));
        }
        self.current.registers.get(&id.0).copied().map(Register)
    }

    /// A variable's value, or its cell if it lives in one.
    fn raw_value(&mut self, id: VariableId, d: Register, place: Place) -> Result<()> {
        if let Some(register) = self.own_register(id) {
            return self.emit(Op::Move { d: d.into(), a: register.into() }, place);
        }
        let index = self.current.captures.iter().position(|&captured| captured == id);
        let index = index.expect("scope analysis listed every captured variable");
        self.emit(Op::Captured { d: d.into(), i: CaptureIndex(index as u16) }, place)
    }

    fn read(&mut self, id: VariableId, d: Register, place: Place) -> Result<()> {
        let own = self.current.own == Some(id);
        match self.scopes.variable(id).home() {
            Home::Global if !own => {
                let g = self.global(id);
                self.emit(Op::Global { d: d.into(), g }, place)
            }
            Home::Cell => {
                let cell = match self.own_register(id) {
                    Some(register) => register,
                    None => {
                        self.raw_value(id, d, place)?;
                        d
                    }
                };
                self.emit(Op::CellGet { d: d.into(), a: cell.into() }, place)
            }
            Home::Register | Home::Global => self.raw_value(id, d, place),
        }
    }
}

/// A register of the frame being compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Register(u16);

impl From<Register> for Dst {
    fn from(register: Register) -> Self {
        Dst(register.0)
    }
}

impl From<Register> for Src {
    fn from(register: Register) -> Self {
        Src(register.0)
    }
}
