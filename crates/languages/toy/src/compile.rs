//! Syntax tree to bytecode, in one pass over the annotated tree.
//!
//! Registers are handed out as a stack: locals as blocks declare them, temporaries above. An expression is compiled either *to* a
//! given register, or to *any*: then a local variable is its own register and no move is made. Conditions
//! compile to jumps; `and`, `or`, `not` and comparisons in them never become values.
//!
//! Why an assignment may compile its value right into the variable: every instruction writes its register last, so a
//! value that raises leaves the variable as it was. `and`/`or` are the exception (they write, then jump) and
//! go through a temporary.

use crate::ast::{self, Binary, Expr, ExprKind, Mention, Stmt, StmtKind, Unary};
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

    fn assign_name(
        &mut self,
        id: VariableId,
        operator: Option<Binary>,
        value: &Expr,
        at: Place,
    ) -> Result<()> {
        let base = self.current.next_register;
        let is_register = self.scopes.variable(id).home() == Home::Register;
        let writes_early = matches!(value.kind, ExprKind::And(..) | ExprKind::Or(..));
        let own = self.own_register(id).filter(|_| is_register);
        let d = match own {
            Some(register) if operator.is_some() || !writes_early => register,
            _ => self.temporary(at)?,
        };
        match operator {
            Some(operator) => {
                let old = match own {
                    Some(register) => register,
                    None => {
                        self.read(id, d, at)?;
                        d
                    }
                };
                self.arithmetic(operator, old, value, d, at)?;
            }
            None => self.expr_to(value, d)?,
        }
        match self.scopes.variable(id).home() {
            Home::Register => {
                let register = own.expect("captured variables that are assigned live in cells");
                if register != d {
                    self.emit(Op::Move { d: register.into(), a: d.into() }, at)?;
                }
            }
            Home::Global => {
                let g = self.global(id);
                self.emit(Op::GlobalSet { g, a: d.into() }, at)?;
            }
            Home::Cell => {
                let cell = match self.own_register(id) {
                    Some(register) => register,
                    None => {
                        let cell = self.temporary(at)?;
                        self.raw_value(id, cell, at)?;
                        cell
                    }
                };
                self.emit(Op::CellSet { cell: cell.into(), a: d.into() }, at)?;
            }
        }
        self.release(base);
        Ok(())
    }

    // ---- Statements ----

    fn statements(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.statement(stmt))
    }

    /// A block: its variables' registers are free again after it.
    fn block(&mut self, body: &[Stmt]) -> Result<()> {
        let base = self.current.next_register;
        self.statements(body)?;
        self.release(base);
        Ok(())
    }

    fn statement(&mut self, stmt: &Stmt) -> Result<()> {
        let place = stmt.place;
        let base = self.current.next_register;
        match &stmt.kind {
            StmtKind::Let(mention, value) => {
                // The register is taken first but the name is bound after: the value cannot mention it.
                let register = self.temporary(place)?;
                self.expr_to(value, register)?;
                self.bind(*mention, register)?;
                return Ok(());
            }
            StmtKind::Function(mention, function) => {
                let register = self.temporary(place)?;
                self.function(function, register)?;
                self.bind(*mention, register)?;
                return Ok(());
            }
            StmtKind::Assign(target, operator, value) => self.assign(target, *operator, value)?,
            StmtKind::Expr(value) => {
                self.expr_any(value)?;
            }
            StmtKind::If(arms, otherwise) => {
                let mut ends = Vec::new();
                for (at, (condition, body)) in arms.iter().enumerate() {
                    let skip = self.branch(condition, false)?;
                    self.block(body)?;
                    if at + 1 < arms.len() || !otherwise.is_empty() {
                        ends.push(self.emit_forward(Op::Jump { to: Target(0) }, place)?);
                    }
                    self.land(skip);
                }
                self.block(otherwise)?;
                self.land(ends);
            }
            StmtKind::While(condition, body) => {
                self.begin_loop(place)?;
                let leave = self.branch(condition, false)?;
                self.block(body)?;
                self.end_loop(leave, place)?;
            }
            StmtKind::ForRange(variable, first, limit, body) => {
                let at = First(self.current.next_register);
                self.expr_next(first)?;
                self.expr_next(limit)?;
                self.emit(Op::RangeCheck { at }, place)?;
                self.for_loop(*variable, body, place, |d| Op::RangeNext { d, at, to: Target(0) })?;
            }
            StmtKind::ForEach(variable, items, body) => {
                let at = First(self.current.next_register);
                self.expr_next(items)?;
                let zero = self.constant(Literal::Int(0), place)?;
                let counter = self.temporary(place)?;
                self.emit(Op::Constant { d: counter.into(), k: zero }, place)?;
                self.for_loop(*variable, body, place, |d| Op::EachNext { d, at, to: Target(0) })?;
            }
            StmtKind::Block(body) => self.block(body)?,
            StmtKind::Break => {
                let jump = self.emit_forward(Op::Jump { to: Target(0) }, place)?;
                self.innermost_loop().breaks.push(jump);
            }
            StmtKind::Continue => {
                let to = self.innermost_loop().header;
                self.emit(Op::Jump { to }, place)?;
            }
            StmtKind::Return(None) => {
                let k = self.constant(Literal::Nil, place)?;
                let result = self.temporary(place)?;
                self.emit(Op::Constant { d: result.into(), k }, place)?;
                self.emit(Op::Return { a: result.into() }, place)?;
            }
            StmtKind::Return(Some(value)) => {
                let result = self.expr_any(value)?;
                self.emit(Op::Return { a: result.into() }, place)?;
            }
            StmtKind::Throw(value) => {
                let thrown = self.expr_any(value)?;
                self.emit(Op::Throw { a: thrown.into() }, place)?;
            }
            StmtKind::Try(body, caught, handler) => {
                let start = self.here().0;
                self.block(body)?;
                let end = self.here().0;
                let skip = self.emit_forward(Op::Jump { to: Target(0) }, place)?;
                let register = self.declare(*caught)?;
                let target = self.here().0;
                self.current.handlers.push(Handler { start, end, target, register: register.0 });
                self.initialise(*caught)?;
                self.block(handler)?;
                self.land([skip]);
            }
        }
        self.release(base);
        Ok(())
    }

    fn bind(&mut self, mention: Mention, register: Register) -> Result<()> {
        self.current.registers.insert(self.variable(mention).0, register.0);
        self.initialise(mention)
    }

    fn begin_loop(&mut self, place: Place) -> Result<()> {
        let header = self.here();
        self.current.loops.push(LoopUnit { header, breaks: Vec::new() });
        let n = LoopIndex(self.current.loop_count);
        self.current.loop_count += 1; // at most one per instruction
        self.emit(Op::Loop { n }, place)
    }

    fn innermost_loop(&mut self) -> &mut LoopUnit {
        self.current.loops.last_mut().expect("scope analysis refuses break and continue outside loops")
    }

    fn end_loop(&mut self, leave: Vec<usize>, place: Place) -> Result<()> {
        let to = self.innermost_loop().header;
        self.emit(Op::Jump { to }, place)?;
        let ended = self.current.loops.pop().expect("begin_loop pushed it");
        self.land(leave);
        self.land(ended.breaks);
        Ok(())
    }

    fn for_loop(&mut self, v: Mention, body: &[Stmt], at: Place, next: impl Fn(Dst) -> Op) -> Result<()> {
        self.begin_loop(at)?;
        let register = self.declare(v)?;
        let leave = self.emit_forward(next(register.into()), at)?;
        self.initialise(v)?;
        self.block(body)?;
        self.end_loop(vec![leave], at)
    }

    fn assign(&mut self, target: &Expr, operator: Option<Binary>, value: &Expr) -> Result<()> {
        let place = target.place;
        match &target.kind {
            ExprKind::Name(mention) => {
                let id = self.variable(*mention);
                self.assign_name(id, operator, value, place)
            }
            ExprKind::Field(object, name) => {
                let object = self.expr_any(object)?;
                let value = match operator {
                    None => self.expr_any(value)?,
                    Some(operator) => {
                        let old = self.temporary(place)?;
                        let field = self.field(*name);
                        self.emit(Op::Field { d: old.into(), object: object.into(), name: field }, place)?;
                        self.arithmetic(operator, old, value, old, place)?;
                        old
                    }
                };
                let name = self.field(*name);
                self.emit(Op::FieldSet { object: object.into(), a: value.into(), name }, place)
            }
            ExprKind::Index(object, index) => {
                let (object, index) = (self.expr_any(object)?, self.expr_any(index)?);
                let value = match operator {
                    None => self.expr_any(value)?,
                    Some(operator) => {
                        let old = self.temporary(place)?;
                        let op = Op::Index { d: old.into(), object: object.into(), index: index.into() };
                        self.emit(op, place)?;
                        self.arithmetic(operator, old, value, old, place)?;
                        old
                    }
                };
                self.emit(Op::IndexSet { object: object.into(), index: index.into(), a: value.into() }, place)
            }
            _ => unreachable!("the parser refuses other targets"),
        }
    }

    // ---- Expressions ----

    /// Compiles to a fresh register: the next argument, item or field.
    fn expr_next(&mut self, expr: &Expr) -> Result<Register> {
        let d = self.temporary(expr.place)?;
        self.expr_to(expr, d)?;
        Ok(d)
    }

    /// Compiles to whichever register is cheapest.
    fn expr_any(&mut self, expr: &Expr) -> Result<Register> {
        if let ExprKind::Name(mention) = &expr.kind
            && let Meaning::Variable(id) = self.scopes.meaning(*mention)
            && (self.scopes.variable(id).home() == Home::Register || self.current.own == Some(id))
            && let Some(register) = self.own_register(id)
        {
            return Ok(register);
        }
        self.expr_next(expr)
    }

    /// Compiles so that the value ends up in `d`. Temporaries are free again afterwards.
    fn expr_to(&mut self, expr: &Expr, d: Register) -> Result<()> {
        let base = self.current.next_register;
        let place = expr.place;
        match &expr.kind {
            ExprKind::Nil => self.literal(Literal::Nil, d, place)?,
            ExprKind::Bool(value) => self.literal(Literal::Bool(*value), d, place)?,
            ExprKind::Int(value) => self.literal(Literal::Int(*value), d, place)?,
            ExprKind::Float(value) => self.literal(Literal::Float(*value), d, place)?,
            ExprKind::Text(bytes) => self.literal(Literal::Text(bytes.clone()), d, place)?,
            ExprKind::Name(mention) => match self.scopes.meaning(*mention) {
                Meaning::Variable(id) => self.read(id, d, place)?,
                Meaning::Builtin(builtin) => self.builtin_function(builtin, d, place)?,
            },
            ExprKind::List(items) => {
                let n = self.check_count(items.len(), "items in a list literal", place)?;
                items.iter().try_for_each(|item| self.expr_next(item).map(|_| ()))?;
                self.emit(Op::List { d: d.into(), first: First(base), n }, place)?;
            }
            ExprKind::Record(fields) => {
                self.check_count(fields.len(), "fields in a record literal", place)?;
                fields.iter().try_for_each(|(_, value)| self.expr_next(value).map(|_| ()))?;
                let names: Vec<Symbol> = fields.iter().map(|(name, _)| *name).collect();
                let records = &mut self.program.records;
                let shape = records.iter().position(|other| *other == names).unwrap_or_else(|| {
                    records.push(names);
                    records.len() - 1
                });
                let shape = RecordIndex(shape as u16); // at most one per instruction
                self.emit(Op::Record { d: d.into(), shape, first: First(base) }, place)?;
            }
            ExprKind::Function(function) => self.function(function, d)?,
            ExprKind::Unary(operator, operand) => {
                let a = self.expr_any(operand)?.into();
                let d = d.into();
                let op = match operator {
                    Unary::Negate => Op::Negate { d, a },
                    Unary::Not => Op::Not { d, a },
                };
                self.emit(op, place)?;
            }
            ExprKind::Binary(operator, left, right) => {
                let left = self.expr_any(left)?;
                self.arithmetic(*operator, left, right, d, place)?;
            }
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                self.expr_to(left, d)?;
                let (a, to) = (d.into(), Target(0));
                let is_and = matches!(expr.kind, ExprKind::And(..));
                let jump = if is_and { Op::JumpUnless { a, to } } else { Op::JumpIf { a, to } };
                let skip = self.emit_forward(jump, place)?;
                self.expr_to(right, d)?;
                self.land([skip]);
            }
            ExprKind::Index(object, index) => {
                let (object, index) = (self.expr_any(object)?, self.expr_any(index)?);
                self.emit(Op::Index { d: d.into(), object: object.into(), index: index.into() }, place)?;
            }
            ExprKind::Field(object, name) => {
                let object = self.expr_any(object)?;
                let name = self.field(*name);
                self.emit(Op::Field { d: d.into(), object: object.into(), name }, place)?;
            }
            ExprKind::Call(callee, arguments) => {
                if let ExprKind::Name(mention) = &callee.kind
                    && let Meaning::Builtin(builtin) = self.scopes.meaning(*mention)
                {
                    self.builtin_call(builtin, arguments, d, place)?;
                } else {
                    self.expr_next(callee)?;
                    let n = self.arguments(arguments, place)?;
                    self.emit(Op::Call { d: d.into(), first: First(base), n: Count(n) }, place)?;
                }
            }
            ExprKind::Method(object, name, arguments) => {
                let callee = self.temporary(place)?;
                let object = self.expr_next(object)?;
                let name = self.field(*name);
                self.emit(Op::Field { d: callee.into(), object: object.into(), name }, place)?;
                let n = self.arguments(arguments, place)?;
                self.emit(Op::Call { d: d.into(), first: First(base), n: Count(n + 1) }, place)?;
            }
        }
        self.release(base);
        Ok(())
    }

    fn literal(&mut self, literal: Literal, d: Register, place: Place) -> Result<()> {
        let k = self.constant(literal, place)?;
        self.emit(Op::Constant { d: d.into(), k }, place)
    }

    fn arguments(&mut self, arguments: &[Expr], place: Place) -> Result<u8> {
        let n = self.check_count(arguments.len(), "arguments", place)?;
        arguments.iter().try_for_each(|argument| self.expr_next(argument).map(|_| ()))?;
        Ok(n.0)
    }

    fn builtin_call(&mut self, builtin: Builtin, arguments: &[Expr], d: Register, at: Place) -> Result<()> {
        let first = First(self.current.next_register);
        let n = self.arguments(arguments, at)?;
        let (least, most) = builtin.arity();
        if !(least..=most).contains(&n) {
            let message = format!("{} takes {least} arguments, not {n}", builtin.name());
            return Err(SyntaxError::new(at, message));
        }
        self.emit(Op::Builtin { builtin, d: d.into(), first, n: Count(n) }, at)
    }

    /// `d = left operator right`.
    fn arithmetic(
        &mut self,
        operator: Binary,
        left: Register,
        right: &Expr,
        to: Register,
        at: Place,
    ) -> Result<()> {
        let d = to.into();
        // `x - 0` stays a subtraction: for -0.0 it is not `x + 0`.
        let small = match (operator, &right.kind) {
            (Binary::Add, ExprKind::Int(value)) if *value >= 0 => i16::try_from(*value).ok(),
            (Binary::Subtract, ExprKind::Int(value)) if *value > 0 => i16::try_from(-*value).ok(),
            _ => None,
        };
        if let Some(i) = small {
            return self.emit(Op::AddSmall { d, a: left.into(), i: Small(i) }, at);
        }
        let base = self.current.next_register;
        let (a, b) = (left.into(), self.expr_any(right)?.into());
        self.release(base);
        let op = match operator {
            Binary::Add => Op::Add { d, a, b },
            Binary::Subtract => Op::Subtract { d, a, b },
            Binary::Multiply => Op::Multiply { d, a, b },
            Binary::Divide => Op::Divide { d, a, b },
            Binary::FloorDivide => Op::FloorDivide { d, a, b },
            Binary::Modulo => Op::Modulo { d, a, b },
            Binary::Equal => Op::Equal { d, a, b },
            Binary::NotEqual => Op::NotEqual { d, a, b },
            Binary::Less => Op::Less { d, a, b },
            Binary::LessEqual => Op::LessEqual { d, a, b },
            Binary::Greater => Op::Less { d, a: b, b: a },
            Binary::GreaterEqual => Op::LessEqual { d, a: b, b: a },
        };
        self.emit(op, at)
    }

    /// Code that jumps when the condition is `when` and falls through otherwise. Returns the jumps, to be landed.
    fn branch(&mut self, condition: &Expr, when: bool) -> Result<Vec<usize>> {
        let base = self.current.next_register;
        let (place, to) = (condition.place, Target(0));
        let jumps = match &condition.kind {
            ExprKind::Unary(Unary::Not, operand) => self.branch(operand, !when)?,
            ExprKind::And(left, right) | ExprKind::Or(left, right) => {
                let is_and = matches!(condition.kind, ExprKind::And(..));
                if is_and != when {
                    // Either operand decides: `and` that jumps when false, `or` that jumps when true.
                    let mut jumps = self.branch(left, when)?;
                    jumps.extend(self.branch(right, when)?);
                    jumps
                } else {
                    let skip = self.branch(left, !when)?;
                    let jumps = self.branch(right, when)?;
                    self.land(skip);
                    jumps
                }
            }
            ExprKind::Binary(operator, left, right) if !when => {
                let fused: Option<fn(Src, Src, Target) -> Op> = match operator {
                    Binary::Less => Some(|a, b, to| Op::UnlessLess { a, b, to }),
                    Binary::LessEqual => Some(|a, b, to| Op::UnlessLessEqual { a, b, to }),
                    Binary::Greater => Some(|a, b, to| Op::UnlessLess { a: b, b: a, to }),
                    Binary::GreaterEqual => Some(|a, b, to| Op::UnlessLessEqual { a: b, b: a, to }),
                    Binary::Equal => Some(|a, b, to| Op::UnlessEqual { a, b, to }),
                    _ => None,
                };
                match fused {
                    Some(fused) => {
                        let (a, b) = (self.expr_any(left)?, self.expr_any(right)?);
                        vec![self.emit_forward(fused(a.into(), b.into(), to), place)?]
                    }
                    None => self.branch_on_value(condition, when)?,
                }
            }
            _ => self.branch_on_value(condition, when)?,
        };
        self.release(base);
        Ok(jumps)
    }

    fn branch_on_value(&mut self, condition: &Expr, when: bool) -> Result<Vec<usize>> {
        let (a, to) = (self.expr_any(condition)?.into(), Target(0));
        let op = if when { Op::JumpIf { a, to } } else { Op::JumpUnless { a, to } };
        Ok(vec![self.emit_forward(op, condition.place)?])
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
