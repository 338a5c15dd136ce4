//! Text form of a symbol table: what CPython's `symtable` shows of it, so that the two can be compared.
//!
//! A line per scope, then one per symbol: name, where it lives, how it is bound and used. As in CPython an inlined comprehension is
//! no scope: its symbols are those of the scope around it, unless that has them. Hidden names (`.0`, `__classdict__`) are left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Access, Scope, ScopeId, ScopeKind, SymbolInfo, SymbolTable, usage};

impl SymbolTable {
    /// The table from the module on.
    pub fn dump(&self) -> String {
        let mut out = String::new();
        self.dump_scope(Self::MODULE, 0, &mut out);
        out
    }

    fn dump_scope(&self, id: ScopeId, depth: usize, out: &mut String) {
        let scope = self.scope(id);
        let (mut symbols, mut children) = (BTreeMap::new(), Vec::new());
        self.collect(id, &mut symbols, &mut children);
        symbols.retain(|name, _| {
            !name.starts_with('.') && !matches!(*name, "__classdict__" | "__conditional_annotations__")
        });
        if scope.kind == ScopeKind::Annotations && symbols.is_empty() {
            return;
        }
        let pad = "  ".repeat(depth);
        let _ = writeln!(out, "{pad}{} {}", kind_name(scope.kind), self.scope_name(scope));
        for (name, info) in symbols {
            let access = match info.access {
                Access::Local => "local",
                Access::Cell => "cell",
                Access::Free => "free",
                Access::GlobalExplicit => "global",
                Access::GlobalImplicit => "implicit-global",
            };
            let bits = [
                (usage::GLOBAL, "global"),
                (usage::LOCAL, "local"),
                (usage::PARAM, "param"),
                (usage::NONLOCAL, "nonlocal"),
                (usage::USE, "use"),
                (usage::IMPORT, "import"),
                (usage::ANNOT, "annot"),
                (usage::COMP_ITER, "comp-iter"),
                (usage::TYPE_PARAM, "type-param"),
            ];
            let words: Vec<&str> =
                bits.iter().filter(|(bit, _)| info.usage & bit != 0).map(|b| b.1).collect();
            let _ = writeln!(out, "{pad}  - {name} {access}: {}", words.join(" "));
        }
        for child in children {
            self.dump_scope(child, depth + 1, out);
        }
    }

    /// Symbols and inner scopes of a scope, with those of the comprehensions inlined into it.
    pub(super) fn collect<'t>(
        &'t self,
        id: ScopeId,
        symbols: &mut BTreeMap<&'t str, SymbolInfo>,
        children: &mut Vec<ScopeId>,
    ) {
        let scope = self.scope(id);
        for &(symbol, info) in &scope.symbols {
            let name = self.names.name(symbol);
            let known = symbols.entry(name).or_insert(info);
            if scope.is_inlined && info.access == Access::Cell && known.access == Access::Local {
                known.access = Access::Cell;
            }
            if scope.is_inlined && info.access == Access::Free {
                known.usage |= info.usage & usage::USE;
            }
        }
        for &child in &scope.children {
            if self.scope(child).is_inlined {
                self.collect(child, symbols, children);
            } else {
                children.push(child);
            }
        }
    }

    fn scope_name(&self, scope: &Scope) -> &str {
        let name = self.names.name(scope.name);
        match scope.kind {
            ScopeKind::Module => "top",
            ScopeKind::TypeParams => name.rsplit(' ').next().unwrap_or(name).trim_end_matches('>'),
            _ => name.trim_matches(['<', '>']),
        }
    }
}

fn kind_name(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Module => "module",
        ScopeKind::Class => "class",
        ScopeKind::Function | ScopeKind::Lambda | ScopeKind::Generator | ScopeKind::Comprehension => {
            "function"
        }
        ScopeKind::Annotations => "annotation",
        ScopeKind::TypeAlias => "type alias",
        ScopeKind::TypeParams => "type parameters",
        ScopeKind::TypeVariable => "type variable",
    }
}
