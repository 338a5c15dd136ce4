//! First pass: one walk over the tree that opens scopes and notes how names are used in them.
//!
//! Also the place of CPython's symbol-table errors that need no knowledge of outer scopes: `global` after use, duplicate
//! parameters, assignment expressions and `yield` where they cannot be. The walk recurses; its caller has made room on the stack.

mod annotation;
mod comprehension;
mod definition;
mod expression;
mod statement;

use ruff_python_ast::{Mod, Stmt};
use ruff_text_size::TextRange;

use super::{Access, Role, Scope, ScopeId, ScopeKind, Symbol, SymbolInfo, SymbolTable, resolve, usage};
use crate::error::{Fault, Result};

pub(crate) use annotation::{for_each_annotation, has_annotations};

/// Switches of the walk.
#[derive(Clone, Copy)]
pub(crate) struct BuildOptions {
    pub future_annotations: bool,
    pub top_level_await: bool,
}

/// Builds and resolves the symbol table of a module or expression.
pub(crate) fn build(module: &Mod, options: BuildOptions) -> Result<SymbolTable> {
    let mut b = Builder {
        table: SymbolTable { scopes: Vec::new(), by_node: Default::default(), names: Default::default() },
        stack: Vec::new(),
        directives: Vec::new(),
        private: None,
        conditional: false,
        comp_iter_target: false,
        comp_iter_expr: 0,
        scope_info: Vec::new(),
        options,
    };
    let name = b.table.names.intern("<module>");
    b.open_at(0, Role::Body, ScopeKind::Module, name, TextRange::default());
    match module {
        Mod::Module(m) => {
            b.table.scopes[0].has_docstring = has_docstring(&m.body);
            b.body(&m.body)?;
        }
        Mod::Expression(e) => b.expr(&e.body)?,
    }
    b.close();
    let Builder { mut table, directives, .. } = b;
    resolve::resolve(&mut table, &directives)?;
    Ok(table)
}

/// A `global` or `nonlocal` statement, for errors found when resolving.
pub(super) struct Directive {
    pub scope: ScopeId,
    pub name: Symbol,
    pub range: TextRange,
}

struct Builder {
    table: SymbolTable,
    stack: Vec<ScopeId>,
    directives: Vec<Directive>,
    private: Option<Symbol>,
    conditional: bool,
    comp_iter_target: bool,
    comp_iter_expr: u32,
    scope_info: Vec<(ScopeId, &'static str)>,
    options: BuildOptions,
}

/// Whether a body starts with a docstring.
pub(crate) fn has_docstring(body: &[Stmt]) -> bool {
    matches!(body.first(), Some(Stmt::Expr(e)) if e.value.is_string_literal_expr())
}

impl Builder {
    fn current(&self) -> ScopeId {
        *self.stack.last().expect("the module's scope is open during the walk")
    }

    fn scope(&mut self) -> &mut Scope {
        let id = self.current();
        self.table.scope_mut(id)
    }

    fn kind(&self) -> ScopeKind {
        self.table.scope(self.current()).kind
    }

    /// The body of a module that awaits something is a coroutine, where that is allowed.
    fn mark_top_level_await(&mut self) {
        if self.options.top_level_await && self.kind() == ScopeKind::Module {
            self.scope().is_coroutine = true;
        }
    }

    fn open<T>(&mut self, node: &T, role: Role, kind: ScopeKind, name: &str, range: TextRange) -> ScopeId {
        let name = self.table.names.intern(name);
        self.open_at(std::ptr::from_ref(node).addr(), role, kind, name, range)
    }

    fn open_at(
        &mut self,
        key: usize,
        role: Role,
        kind: ScopeKind,
        name: Symbol,
        range: TextRange,
    ) -> ScopeId {
        let id = ScopeId(self.table.scopes.len() as u32);
        let parent = self.stack.last().copied();
        let (mut is_nested, mut sees_class, mut is_method) = (false, false, false);
        if let Some(p) = parent {
            let parent = self.table.scope_mut(p);
            parent.children.push(id);
            is_nested = parent.is_nested || parent.is_function_like();
            let annotation_like = matches!(
                kind,
                ScopeKind::Annotations
                    | ScopeKind::TypeAlias
                    | ScopeKind::TypeParams
                    | ScopeKind::TypeVariable
            );
            sees_class = annotation_like && (parent.kind == ScopeKind::Class || parent.sees_class);
            is_method = parent.kind == ScopeKind::Class;
        }
        self.table.scopes.push(Scope {
            kind,
            name,
            parent,
            children: Vec::new(),
            range,
            symbols: Vec::new(),
            index: Default::default(),
            params: Vec::new(),
            is_generator: false,
            is_coroutine: false,
            is_async_comprehension: false,
            is_inlined: false,
            is_nested,
            is_method,
            has_docstring: false,
            needs_class_cell: false,
            needs_classdict: false,
            sees_class,
            passing: Vec::new(),
            class_cells: Vec::new(),
            annotations: None,
            conditional_annotations: false,
            private: self.private,
            mangled_only: None,
            static_attributes: Vec::new(),
            inspects_locals: false,
        });
        self.table.by_node.insert((key, role), id);
        self.stack.push(id);
        // Annotations that are strings look nothing up.
        if sees_class && !(kind == ScopeKind::Annotations && self.options.future_annotations) {
            self.add_plain("__classdict__", usage::USE);
        }
        id
    }

    fn close(&mut self) {
        self.stack.pop();
    }

    fn add_to(&mut self, id: ScopeId, name: Symbol, flags: u16) {
        let scope = self.table.scope_mut(id);
        match scope.index.get(&name) {
            Some(&i) => scope.symbols[i as usize].1.usage |= flags,
            None => {
                scope.index.insert(name, scope.symbols.len() as u32);
                let info = SymbolInfo { usage: flags, access: Access::Local };
                scope.symbols.push((name, info));
            }
        }
    }

    fn add_plain(&mut self, name: &str, flags: u16) -> Symbol {
        let symbol = self.table.names.intern(name);
        self.add_to(self.current(), symbol, flags);
        symbol
    }

    fn add(&mut self, name: &str, flags: u16, range: TextRange) -> Result<Symbol> {
        if name == "__debug__" && flags & usage::USE == 0 {
            return Err(Fault::syntax("cannot assign to __debug__", range));
        }
        let id = self.current();
        let symbol = self.table.mangle(id, name);
        let mut flags = flags;
        let known = self.table.scope(id).usage(symbol);
        if flags & usage::PARAM != 0 && known & usage::PARAM != 0 {
            let message = format!("duplicate argument '{name}' in function definition");
            return Err(Fault::syntax(message, range));
        }
        if flags & usage::TYPE_PARAM != 0 && known & usage::TYPE_PARAM != 0 {
            return Err(Fault::syntax(format!("duplicate type parameter '{name}'"), range));
        }
        if self.comp_iter_target && flags & usage::LOCAL != 0 {
            if (known | flags) & (usage::GLOBAL | usage::NONLOCAL) != 0 {
                return Err(Fault::syntax(
                    format!("comprehension inner loop cannot rebind assignment expression target '{name}'"),
                    range,
                ));
            }
            flags |= usage::COMP_ITER;
        }
        self.add_to(id, symbol, flags);
        if flags & usage::GLOBAL != 0 {
            // Then the module's own code uses it as a global, too: that shows if its namespace is not its globals.
            self.add_to(SymbolTable::MODULE, symbol, usage::GLOBAL);
        }
        if flags & usage::PARAM != 0 {
            self.scope().params.push(symbol);
        }
        Ok(symbol)
    }

    fn use_name(&mut self, name: &str, range: TextRange) -> Result<()> {
        self.add(name, usage::USE, range)?;
        if name == "super"
            && matches!(
                self.kind(),
                ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Generator | ScopeKind::Comprehension
            )
        {
            self.add_plain("__class__", usage::USE);
        }
        if matches!(name, "locals" | "vars" | "dir" | "eval" | "exec") {
            self.scope().inspects_locals = true;
        }
        Ok(())
    }
}
