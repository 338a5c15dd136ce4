//! Scope analysis: which variable does each mention mean, and where does that variable live?
//!
//! A variable lives in one of four homes, the cheapest that its uses permit:
//!
//! * a **register** of its function's frame, when no other function mentions it;
//! * a register, **copied** into every closure that mentions it, when it is never assigned after its declaration;
//! * a **cell** on the heap, shared by the frame and the closures, when it is both captured and assigned;
//! * a **global**, when it is declared at the outermost level and a function mentions it. A global that is never assigned
//!   again after its declaration is a constant as soon as it is initialised, also to the JIT.
//!
//! A function declared by `fn name` may not be assigned; so inside itself its name means "the running closure", which
//! needs no capture, and recursion costs no cell.
//!
//! Limits: a name of an inner block is visible from its declaration on; only names of the outermost level may be mentioned
//! by functions above their declaration (mutual recursion), which is checked when they are read.

use crate::ast::*;
use crate::builtins::Builtin;
use crate::source::{Place, Symbol, Symbols, SyntaxError};
use std::collections::HashMap;

type Result<T> = std::result::Result<T, SyntaxError>;

/// Index into [`Scopes::variables`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VariableId(pub u32);

#[derive(Debug)]
pub struct Variable {
    pub name: Symbol,
    pub place: Place,
    /// The function that declares it, by nesting depth at analysis time; 0 is the main program.
    depth: u32,
    /// Declared at the outermost level, in no block.
    is_outermost: bool,
    /// Declared by `fn name`.
    is_function: bool,
    is_declared: bool,
    is_captured: bool,
    is_assigned: bool,
}

/// Where a variable lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    Register,
    Cell,
    Global,
}

impl Variable {
    pub fn home(&self) -> Home {
        match (self.is_captured, self.is_outermost, self.is_assigned) {
            (false, ..) => Home::Register,
            (true, true, _) => Home::Global,
            (true, false, true) => Home::Cell,
            (true, false, false) => Home::Register,
        }
    }

    pub fn is_assigned(&self) -> bool {
        self.is_assigned
    }
}

/// What a mention means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    Variable(VariableId),
    Builtin(Builtin),
}

/// The answer: one meaning for each mention, and the captured variables of each function.
#[derive(Debug)]
pub struct Scopes {
    pub variables: Vec<Variable>,
    meanings: Vec<Meaning>,
    /// The variables that each function captures, by the place where the function begins.
    pub captures: HashMap<Place, Vec<VariableId>>,
}

impl Scopes {
    pub fn meaning(&self, mention: Mention) -> Meaning {
        self.meanings[mention.id.0 as usize]
    }

    pub fn variable(&self, id: VariableId) -> &Variable {
        &self.variables[id.0 as usize]
    }
}

/// Errors: an unknown name, a name declared twice in one block, a use before the declaration, a misplaced
/// `break`, `continue` or `return`, an assignment to a function or builtin.
pub fn analyse(module: &Module, symbols: &Symbols) -> Result<Scopes> {
    let unknown = Meaning::Builtin(Builtin::Print); // overwritten: every mention is visited
    let mut analysis = Analysis {
        symbols,
        scopes: Scopes {
            variables: Vec::new(),
            meanings: vec![unknown; module.mention_count as usize],
            captures: HashMap::new(),
        },
        functions: vec![FunctionScope::default()],
        blocks: vec![Vec::new()],
    };
    for stmt in &module.body {
        if let StmtKind::Let(mention, _) | StmtKind::Function(mention, _) = &stmt.kind {
            let id = analysis.declare(*mention, matches!(stmt.kind, StmtKind::Function(..)))?;
            analysis.scopes.variables[id.0 as usize].is_outermost = true;
        }
    }
    analysis.statements(&module.body)?;
    Ok(analysis.scopes)
}

#[derive(Default)]
struct FunctionScope {
    /// The variable that holds the running function.
    own: Option<VariableId>,
    captures: Vec<VariableId>,
    loop_depth: u32,
}

struct Analysis<'a> {
    symbols: &'a Symbols,
    scopes: Scopes,
    /// The functions around the current point; the first is the main program.
    functions: Vec<FunctionScope>,
    /// The blocks around the current point, each with the names declared in it.
    blocks: Vec<Vec<(Symbol, VariableId)>>,
}

impl Analysis<'_> {
    fn depth(&self) -> u32 {
        self.functions.len() as u32 - 1
    }

    fn declare(&mut self, mention: Mention, is_function: bool) -> Result<VariableId> {
        let block = self.blocks.last().expect("the outermost block stays open");
        if let Some((_, earlier)) = block.iter().find(|(name, _)| *name == mention.name) {
            let place = self.scopes.variable(*earlier).place;
            let message = format!("'{}' is already declared at {place}", self.symbols.text(mention.name));
            return Err(SyntaxError::new(mention.place, message));
        }
        let id = VariableId(self.scopes.variables.len() as u32);
        self.scopes.variables.push(Variable {
            name: mention.name,
            place: mention.place,
            depth: self.depth(),
            is_outermost: false,
            is_function,
            is_declared: false,
            is_captured: false,
            is_assigned: false,
        });
        self.blocks.last_mut().expect("as above").push((mention.name, id));
        self.scopes.meanings[mention.id.0 as usize] = Meaning::Variable(id);
        Ok(id)
    }

    /// Declares a name and makes it visible; names of the outermost level are declared beforehand.
    fn introduce(&mut self, mention: Mention, is_function: bool) -> Result<VariableId> {
        let id = match self.scopes.meaning(mention) {
            Meaning::Variable(id) => id,
            Meaning::Builtin(_) => self.declare(mention, is_function)?,
        };
        self.scopes.variables[id.0 as usize].is_declared = true;
        Ok(id)
    }

    fn resolve(&mut self, mention: Mention) -> Result<Meaning> {
        let found = self.blocks.iter().rev().flatten().find(|(name, _)| *name == mention.name);
        let meaning = match (found, Builtin::by_name(self.symbols.text(mention.name))) {
            (Some((_, id)), _) => Meaning::Variable(*id),
            (None, Some(builtin)) => Meaning::Builtin(builtin),
            (None, None) => {
                let message = format!("unknown name '{}'", self.symbols.text(mention.name));
                return Err(SyntaxError::new(mention.place, message));
            }
        };
        if let Meaning::Variable(id) = meaning {
            let depth = self.depth();
            let variable = &mut self.scopes.variables[id.0 as usize];
            if !variable.is_declared && variable.depth == depth {
                let message = format!("'{}' is used before its declaration", self.symbols.text(mention.name));
                return Err(SyntaxError::new(mention.place, message));
            }
            if variable.depth != depth {
                let (first, is_outermost) = (variable.depth as usize + 1, variable.is_outermost);
                // The functions between declaration and mention hand the variable inwards, from the one inside
                // which it is the running function itself, if there is one.
                let own = self.functions.iter().rposition(|f| f.own == Some(id));
                let first = own.map_or(first, |own| own + 1);
                if !is_outermost || own.is_none() {
                    for function in &mut self.functions[first..] {
                        variable.is_captured = true;
                        if !is_outermost && !function.captures.contains(&id) {
                            function.captures.push(id);
                        }
                    }
                } else if first < self.functions.len() {
                    variable.is_captured = true;
                }
            }
        }
        self.scopes.meanings[mention.id.0 as usize] = meaning;
        Ok(meaning)
    }

    fn assign(&mut self, mention: Mention) -> Result<()> {
        let text = self.symbols.text(mention.name);
        match self.resolve(mention)? {
            Meaning::Builtin(_) => {
                Err(SyntaxError::new(mention.place, format!("cannot assign to the builtin '{text}'")))
            }
            Meaning::Variable(id) if self.scopes.variable(id).is_function => {
                Err(SyntaxError::new(mention.place, format!("cannot assign to the function '{text}'")))
            }
            Meaning::Variable(id) => {
                self.scopes.variables[id.0 as usize].is_assigned = true;
                Ok(())
            }
        }
    }

    /// Runs `visit` in a block of its own, in which `names` are declared.
    fn block(&mut self, names: &[Mention], body: &[Stmt]) -> Result<()> {
        self.blocks.push(Vec::new());
        for &name in names {
            self.introduce(name, false)?;
        }
        self.statements(body)?;
        self.blocks.pop();
        Ok(())
    }

    fn looping(&mut self, names: &[Mention], body: &[Stmt]) -> Result<()> {
        self.function_scope().loop_depth += 1;
        self.block(names, body)?;
        self.function_scope().loop_depth -= 1;
        Ok(())
    }

    fn function_scope(&mut self) -> &mut FunctionScope {
        self.functions.last_mut().expect("the main program is always there")
    }

    fn statements(&mut self, body: &[Stmt]) -> Result<()> {
        body.iter().try_for_each(|stmt| self.statement(stmt))
    }

    fn statement(&mut self, stmt: &Stmt) -> Result<()> {
        match &stmt.kind {
            StmtKind::Let(mention, value) => {
                self.expr(value)?;
                self.introduce(*mention, false)?;
            }
            StmtKind::Function(mention, function) => {
                let id = self.introduce(*mention, true)?;
                self.function(function, Some(id))?;
            }
            StmtKind::Assign(target, _, value) => {
                match &target.kind {
                    ExprKind::Name(mention) => self.assign(*mention)?,
                    _ => self.expr(target)?,
                }
                self.expr(value)?;
            }
            StmtKind::Expr(value) | StmtKind::Throw(value) => self.expr(value)?,
            StmtKind::If(arms, otherwise) => {
                for (condition, body) in arms {
                    self.expr(condition)?;
                    self.block(&[], body)?;
                }
                self.block(&[], otherwise)?;
            }
            StmtKind::While(condition, body) => {
                self.expr(condition)?;
                self.looping(&[], body)?;
            }
            StmtKind::ForRange(variable, first, limit, body) => {
                self.expr(first)?;
                self.expr(limit)?;
                self.looping(&[*variable], body)?;
            }
            StmtKind::ForEach(variable, items, body) => {
                self.expr(items)?;
                self.looping(&[*variable], body)?;
            }
            StmtKind::Block(body) => self.block(&[], body)?,
            StmtKind::Break | StmtKind::Continue if self.function_scope().loop_depth == 0 => {
                return Err(SyntaxError::new(stmt.place, "'break' or 'continue' outside a loop"));
            }
            StmtKind::Break | StmtKind::Continue => {}
            StmtKind::Return(_) if self.depth() == 0 => {
                return Err(SyntaxError::new(stmt.place, "'return' outside a function"));
            }
            StmtKind::Return(value) => value.iter().try_for_each(|value| self.expr(value))?,
            StmtKind::Try(body, caught, handler) => {
                self.block(&[], body)?;
                self.block(&[*caught], handler)?;
            }
        }
        Ok(())
    }

    fn expr(&mut self, expr: &Expr) -> Result<()> {
        match &expr.kind {
            ExprKind::Nil | ExprKind::Bool(_) | ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::Text(_) => {
                Ok(())
            }
            ExprKind::Name(mention) => self.resolve(*mention).map(|_| ()),
            ExprKind::List(items) => self.exprs(items),
            ExprKind::Record(fields) => fields.iter().try_for_each(|(_, value)| self.expr(value)),
            ExprKind::Function(function) => self.function(function, None),
            ExprKind::Unary(_, operand) | ExprKind::Field(operand, _) => self.expr(operand),
            ExprKind::Binary(_, left, right)
            | ExprKind::And(left, right)
            | ExprKind::Or(left, right)
            | ExprKind::Index(left, right) => {
                self.expr(left)?;
                self.expr(right)
            }
            ExprKind::Call(object, arguments) | ExprKind::Method(object, _, arguments) => {
                self.expr(object)?;
                self.exprs(arguments)
            }
        }
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Result<()> {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn function(&mut self, function: &Function, own: Option<VariableId>) -> Result<()> {
        self.functions.push(FunctionScope { own, ..FunctionScope::default() });
        self.block(&function.parameters, &function.body)?;
        let ended = self.functions.pop().expect("pushed above");
        self.scopes.captures.insert(function.place, ended.captures);
        Ok(())
    }
}
