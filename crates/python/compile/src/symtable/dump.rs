//! Text form of a symbol table, for tests.

use std::fmt::Write;

use super::{Access, ScopeId, SymbolTable, usage};

impl SymbolTable {
    /// One line per scope (indented by nesting), then one per symbol: name, access, usage letters.
    pub fn dump(&self) -> String {
        let mut out = String::new();
        self.dump_scope(Self::MODULE, 0, &mut out);
        out
    }

    fn dump_scope(&self, id: ScopeId, depth: usize, out: &mut String) {
        let scope = self.scope(id);
        let pad = "  ".repeat(depth);
        let _ = write!(out, "{pad}{:?} {}", scope.kind, self.names.name(scope.name));
        for (flag, word) in [
            (scope.is_inlined, "inlined"),
            (scope.is_generator, "generator"),
            (scope.is_coroutine, "coroutine"),
            (scope.is_nested, "nested"),
            (scope.sees_class, "sees-class"),
            (scope.conditional_annotations, "conditional-annotations"),
            (scope.inspects_locals, "inspects-locals"),
        ] {
            if flag {
                let _ = write!(out, " {word}");
            }
        }
        out.push('\n');
        for &(name, info) in &scope.symbols {
            let access = match info.access {
                Access::Local => "local",
                Access::Cell => "cell",
                Access::Free => "free",
                Access::GlobalExplicit => "global",
                Access::GlobalImplicit => "implicit-global",
            };
            let letters: String = [
                (usage::PARAM, 'p'),
                (usage::LOCAL, 'l'),
                (usage::IMPORT, 'i'),
                (usage::USE, 'u'),
                (usage::GLOBAL, 'g'),
                (usage::NONLOCAL, 'n'),
                (usage::ANNOT, 'a'),
                (usage::COMP_ITER, 'c'),
                (usage::TYPE_PARAM, 't'),
                (usage::WALRUS, 'w'),
            ]
            .iter()
            .filter(|(bit, _)| info.usage & bit != 0)
            .map(|(_, letter)| *letter)
            .collect();
            let _ = writeln!(out, "{pad}  - {} {access} {letters}", self.names.name(name));
        }
        for (label, list) in [("passes", &scope.passing), ("class cells", &scope.class_cells)] {
            if !list.is_empty() {
                let names: Vec<&str> = list.iter().map(|&n| self.names.name(n)).collect();
                let _ = writeln!(out, "{pad}  {label}: {}", names.join(" "));
            }
        }
        for &child in &scope.children {
            self.dump_scope(child, depth + 1, out);
        }
    }
}
