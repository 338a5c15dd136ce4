//! Second pass: decides where each used name lives, and which scopes need cells and closures for it.
//!
//! Scopes are visited outermost first. For a name that its scope does not bind, the walk goes outwards to the first function-like
//! scope that does; classes are skipped, except for the names they provide to methods (`__class__`, `__classdict__`). If
//! the binding scope shares the unit of the use, nothing is needed; otherwise the binding becomes a cell and
//! every unit in between passes it on.

use super::build::Directive;
use super::{Access, ScopeId, ScopeKind, Symbol, SymbolTable, usage};
use crate::error::{Fault, Result};

pub(super) fn resolve(table: &mut SymbolTable, directives: &[Directive]) -> Result<()> {
    let special = Special {
        class: table.names.intern("__class__"),
        classdict: table.names.intern("__classdict__"),
        conditional: table.names.intern("__conditional_annotations__"),
    };
    for id in (0..table.scopes.len() as u32).map(ScopeId) {
        for i in 0..table.scope(id).symbols.len() {
            let (name, info) = table.scope(id).symbols[i];
            let access = Resolver { table, special: &special, directives }.access(id, name, info.usage)?;
            let entry = &mut table.scope_mut(id).symbols[i].1;
            // A use further in may have made it a cell already.
            if !(entry.access == Access::Cell && access == Access::Local) {
                entry.access = access;
            }
        }
    }
    Ok(())
}

struct Special {
    class: Symbol,
    classdict: Symbol,
    conditional: Symbol,
}

struct Resolver<'t> {
    table: &'t mut SymbolTable,
    special: &'t Special,
    directives: &'t [Directive],
}

/// Where the outward walk ended.
enum Found {
    Binding(ScopeId),
    ExplicitGlobal,
    /// The class around an annotation scope declares it: the namespace of the class is not looked at.
    GlobalOfClass,
    Nothing,
}

impl Resolver<'_> {
    fn access(&mut self, id: ScopeId, name: Symbol, flags: u16) -> Result<Access> {
        if flags & usage::GLOBAL != 0 {
            if flags & usage::NONLOCAL != 0 {
                return Err(self.at_directive(id, name, "is nonlocal and global"));
            }
            return Ok(Access::GlobalExplicit);
        }
        if flags & usage::NONLOCAL != 0 {
            return self.nonlocal(id, name);
        }
        if flags & usage::BOUND != 0 {
            return Ok(Access::Local);
        }
        Ok(match self.walk(id, name) {
            Found::Binding(owner) => {
                self.connect(id, owner, name);
                Access::Free
            }
            Found::GlobalOfClass => Access::GlobalExplicit,
            Found::ExplicitGlobal | Found::Nothing => Access::GlobalImplicit,
        })
    }

    fn nonlocal(&mut self, id: ScopeId, name: Symbol) -> Result<Access> {
        let text = self.table.names.name(name).to_owned();
        if self.table.scope(id).kind == ScopeKind::Module {
            let range = self.directive_range(id, name);
            return Err(Fault::syntax("nonlocal declaration not allowed at module level", range));
        }
        match self.walk(id, name) {
            Found::Binding(owner) => {
                let binds = self.table.scope(owner).usage(name);
                if binds & usage::TYPE_PARAM != 0 {
                    let message = format!("nonlocal binding not allowed for type parameter '{text}'");
                    return Err(Fault::syntax(message, self.directive_range(id, name)));
                }
                self.connect(id, owner, name);
                Ok(Access::Free)
            }
            _ => {
                let message = format!("no binding for nonlocal '{text}' found");
                Err(Fault::syntax(message, self.directive_range(id, name)))
            }
        }
    }

    fn directive_range(&self, id: ScopeId, name: Symbol) -> ruff_text_size::TextRange {
        let found = self.directives.iter().find(|d| d.scope == id && d.name == name);
        found.map_or(self.table.scope(id).range, |d| d.range)
    }

    fn at_directive(&self, id: ScopeId, name: Symbol, what: &str) -> Box<Fault> {
        let message = format!("name '{}' {what}", self.table.names.name(name));
        Fault::syntax(message, self.directive_range(id, name))
    }

    fn walk(&self, id: ScopeId, name: Symbol) -> Found {
        // An annotation scope in a class looks into the class's namespace first, at run time; a global
        // declaration there counts for it too, and a binding there hides those further out.
        let mut next = self.table.scope(id).parent;
        let mut sees_class = self.table.scope(id).sees_class;
        while let Some(outer) = next {
            let scope = self.table.scope(outer);
            let flags = scope.usage(name);
            match scope.kind {
                ScopeKind::Module => break,
                ScopeKind::Class => {
                    let provided = name == self.special.class
                        || name == self.special.classdict
                        || (name == self.special.conditional && scope.conditional_annotations);
                    if provided {
                        return Found::Binding(outer);
                    }
                    if sees_class {
                        if flags & usage::GLOBAL != 0 {
                            return Found::GlobalOfClass;
                        }
                        if flags & usage::BOUND != 0 && flags & usage::NONLOCAL == 0 {
                            return Found::Nothing;
                        }
                        sees_class = false;
                    }
                }
                _ => {
                    if flags & usage::GLOBAL != 0 {
                        return Found::ExplicitGlobal;
                    }
                    if flags & usage::BOUND != 0 && flags & usage::NONLOCAL == 0 {
                        return Found::Binding(outer);
                    }
                }
            }
            next = scope.parent;
        }
        Found::Nothing
    }

    /// Makes `owner`'s variable reachable from `user`.
    fn connect(&mut self, user: ScopeId, owner: ScopeId, name: Symbol) {
        let owner_unit = self.table.unit(owner);
        let mut unit = self.table.unit(user);
        if unit == owner_unit {
            return;
        }
        if self.table.scope(owner).kind == ScopeKind::Class {
            let (class, classdict) = (self.special.class, self.special.classdict);
            let scope = self.table.scope_mut(owner);
            scope.needs_class_cell |= name == class;
            scope.needs_classdict |= name == classdict;
            if !scope.class_cells.contains(&name) {
                scope.class_cells.push(name);
            }
        } else {
            let scope = self.table.scope_mut(owner);
            let i = scope.index[&name] as usize;
            scope.symbols[i].1.access = Access::Cell;
        }
        while unit != owner_unit {
            let scope = self.table.scope_mut(unit);
            if !scope.passing.contains(&name) {
                scope.passing.push(name);
            }
            let parent = scope.parent.expect("the owner of a binding is an ancestor of its use");
            unit = self.table.unit(parent);
        }
    }
}
