//! Symbol tables: which scope a name belongs to.
//!
//! Two passes over the syntax tree's scopes, with CPython's semantics (`symtable.c` is the reference, PEP 227, 695, 649, 709):
//! [`build`] walks the tree once and notes per scope how each name is used; [`resolve`] then decides for each use
//! whether it is local, a cell, free or global, and reports what only the whole picture shows (`nonlocal` without a binding).
//!
//! Where CPython passes sets of names down the tree and up again, this walks from a use towards the root: nearly all uses are
//! settled in the scope itself or in its parent, and no set is copied.
//!
//! An inlined comprehension (PEP 709) is a scope like any other, except that it shares the *unit* (code object, frame) of the
//! scope around it: a name that is used there and bound in the host is no reason for a cell.

mod build;
mod dump;
mod resolve;
mod view;

use std::rc::Rc;

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

pub use view::{TableKind, TableView};

pub(crate) use build::{BuildOptions, build, for_each_annotation, has_annotations, has_docstring};

/// An interned name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Symbol(u32);

/// Interned names of one compilation.
#[derive(Default)]
pub(crate) struct Interner {
    map: FxHashMap<Rc<str>, Symbol>,
    names: Vec<Rc<str>>,
}

impl Interner {
    pub fn intern(&mut self, name: &str) -> Symbol {
        if let Some(&symbol) = self.map.get(name) {
            return symbol;
        }
        let symbol = Symbol(self.names.len() as u32);
        let name: Rc<str> = name.into();
        self.names.push(name.clone());
        self.map.insert(name, symbol);
        symbol
    }

    pub fn name(&self, symbol: Symbol) -> &str {
        &self.names[symbol.0 as usize]
    }
}

/// Index of a scope; the module is 0 and parents precede children.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct ScopeId(u32);

/// What opened a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub(crate) enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    Generator,
    /// List, set or dict comprehension.
    Comprehension,
    /// `__annotate__` of a function, class or module.
    Annotations,
    /// Value of a `type` statement.
    TypeAlias,
    /// `<generic parameters of f>`.
    TypeParams,
    /// Bound, constraints or default of a type parameter.
    TypeVariable,
}

/// How a name is used in a scope.
pub(crate) mod usage {
    pub const GLOBAL: u16 = 1;
    pub const LOCAL: u16 = 2;
    pub const PARAM: u16 = 4;
    pub const NONLOCAL: u16 = 8;
    pub const USE: u16 = 0x10;
    pub const IMPORT: u16 = 0x20;
    pub const ANNOT: u16 = 0x40;
    pub const COMP_ITER: u16 = 0x80;
    pub const TYPE_PARAM: u16 = 0x100;
    /// Target of an assignment expression: reads of the variable are copied before later operands are evaluated.
    pub const WALRUS: u16 = 0x200;
    pub const BOUND: u16 = LOCAL | PARAM | IMPORT | TYPE_PARAM;
}

/// Where a name lives, seen from one scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// In this scope's registers (or its namespace, in a class or module).
    Local,
    /// In a cell made by this scope.
    Cell,
    /// In a scope further out: through the closure, or directly if both share a unit.
    Free,
    /// Declared `global`.
    GlobalExplicit,
    /// Not bound anywhere around.
    GlobalImplicit,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct SymbolInfo {
    pub usage: u16,
    pub access: Access,
}

/// One scope. Order of `symbols` is order of first appearance.
#[derive(Debug)]
pub(crate) struct Scope {
    pub kind: ScopeKind,
    pub name: Symbol,
    pub parent: Option<ScopeId>,
    pub children: Vec<ScopeId>,
    pub range: TextRange,
    pub symbols: Vec<(Symbol, SymbolInfo)>,
    pub index: FxHashMap<Symbol, u32>,
    /// Parameters in `co_varnames` order.
    pub params: Vec<Symbol>,
    pub is_generator: bool,
    /// `async def`, or contains `await` (comprehensions).
    pub is_coroutine: bool,
    pub is_async_comprehension: bool,
    pub is_inlined: bool,
    pub is_nested: bool,
    pub is_method: bool,
    pub has_docstring: bool,
    /// A generator expression or comprehension whose iterable is being visited, for error messages.
    pub needs_class_cell: bool,
    pub needs_classdict: bool,
    /// An annotation scope directly inside a class: names are looked up in the class namespace first.
    pub sees_class: bool,
    /// Free variables that only pass through to inner scopes (and, in a class, free ones it also binds).
    pub passing: Vec<Symbol>,
    /// Cells of this class body: `__class__`, `__classdict__`, `__conditional_annotations__`.
    pub class_cells: Vec<Symbol>,
    /// The `__annotate__` scope of a class or module.
    pub annotations: Option<ScopeId>,
    pub conditional_annotations: bool,
    /// Class whose private names are mangled here.
    pub private: Option<Symbol>,
    /// In the type parameter scope of a class, only these names are mangled.
    pub mangled_only: Option<Vec<Symbol>>,
    /// Attributes assigned through `self` in methods (`__static_attributes__`).
    pub static_attributes: Vec<Symbol>,
    pub inspects_locals: bool,
}

impl Scope {
    pub fn get(&self, name: Symbol) -> Option<&SymbolInfo> {
        self.index.get(&name).map(|&i| &self.symbols[i as usize].1)
    }

    pub fn usage(&self, name: Symbol) -> u16 {
        self.get(name).map_or(0, |info| info.usage)
    }

    /// Whether variables of this scope live in registers.
    pub fn is_function_like(&self) -> bool {
        !matches!(self.kind, ScopeKind::Module | ScopeKind::Class)
    }
}

/// Which of the scopes that a node may open.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Role {
    Body,
    TypeParams,
    Annotations,
    Value,
    Default,
}

/// All scopes of a compilation.
pub(crate) struct SymbolTable {
    pub scopes: Vec<Scope>,
    by_node: FxHashMap<(usize, Role), ScopeId>,
    pub names: Interner,
}

impl SymbolTable {
    pub const MODULE: ScopeId = ScopeId(0);

    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    fn scope_mut(&mut self, id: ScopeId) -> &mut Scope {
        &mut self.scopes[id.0 as usize]
    }

    /// The scope that `node` opens. Nodes are known by address: the tree does not move between the passes.
    pub fn of<T>(&self, node: &T, role: Role) -> ScopeId {
        self.by_node[&(std::ptr::from_ref(node).addr(), role)]
    }

    /// The scope whose code object holds `id`'s variables.
    pub fn unit(&self, mut id: ScopeId) -> ScopeId {
        while self.scope(id).is_inlined {
            id = self.scope(id).parent.expect("an inlined comprehension is inside a scope");
        }
        id
    }

    /// `name` as seen in scope `id`, after private name mangling.
    pub fn mangle(&mut self, id: ScopeId, name: &str) -> Symbol {
        if !name.starts_with("__") {
            return self.names.intern(name);
        }
        let scope = &self.scopes[id.0 as usize];
        let (private, only) = (scope.private, &scope.mangled_only);
        match private {
            Some(class) => {
                let mangled = mangle(self.names.name(class), name);
                let symbol = self.names.intern(&mangled);
                match only {
                    Some(only) if !only.contains(&symbol) => self.names.intern(name),
                    _ => symbol,
                }
            }
            None => self.names.intern(name),
        }
    }
}

/// `__name` in class `_Class` becomes `_Class__name`.
pub(crate) fn mangle<'n>(class: &str, name: &'n str) -> std::borrow::Cow<'n, str> {
    let stripped = class.trim_start_matches('_');
    if !name.starts_with("__") || name.ends_with("__") || name.contains('.') || stripped.is_empty() {
        return name.into();
    }
    format!("_{stripped}{name}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_names() {
        assert_eq!(mangle("C", "__x"), "_C__x");
        assert_eq!(mangle("__C", "__x"), "_C__x");
        for name in ["x", "_x", "__x__", "__x.y"] {
            assert_eq!(mangle("C", name), name);
        }
        assert_eq!(mangle("___", "__x"), "__x");
    }
}
