//! Symbol tables as `symtable` shows them.
//!
//! As in CPython an inlined comprehension is no table: its symbols are those of the table around it, unless that has them.

use std::collections::BTreeMap;

use super::{Access, ScopeId, ScopeKind, SymbolTable, usage};
use crate::location::LineIndex;

/// What a table is of; the numbers are those of `_symtable`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableKind {
    Function = 0,
    Class = 1,
    Module = 2,
    Annotation = 3,
    TypeAlias = 4,
    TypeParameters = 5,
    TypeVariable = 6,
}

/// One table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TableView {
    pub kind: TableKind,
    pub name: String,
    /// Line from 1; 0 for a module.
    pub line: u32,
    pub is_nested: bool,
    /// Name, and flags as `_symtable` has them: how it is used, from bit 12 on where it lives.
    pub symbols: Vec<(String, u32)>,
    /// Parameters, in order.
    pub parameters: Vec<String>,
    pub children: Vec<TableView>,
}

impl SymbolTable {
    /// The tables from the module on.
    pub fn view(&self, lines: &LineIndex) -> TableView {
        self.view_scope(Self::MODULE, lines)
    }

    fn view_scope(&self, id: ScopeId, lines: &LineIndex) -> TableView {
        let scope = self.scope(id);
        let (kind, name) = match scope.kind {
            ScopeKind::Module => (TableKind::Module, "top"),
            ScopeKind::Class => (TableKind::Class, self.names.name(scope.name)),
            ScopeKind::Function => (TableKind::Function, self.names.name(scope.name)),
            ScopeKind::Lambda => (TableKind::Function, "lambda"),
            ScopeKind::Generator => (TableKind::Function, "genexpr"),
            ScopeKind::Comprehension => {
                (TableKind::Function, self.names.name(scope.name).trim_matches(['<', '>']))
            }
            ScopeKind::Annotations => (TableKind::Annotation, "__annotate__"),
            ScopeKind::TypeAlias => (TableKind::TypeAlias, self.names.name(scope.name)),
            ScopeKind::TypeParams => (TableKind::TypeParameters, generic_name(self.names.name(scope.name))),
            ScopeKind::TypeVariable => (TableKind::TypeVariable, self.names.name(scope.name)),
        };
        let (mut symbols, mut children) = (BTreeMap::new(), Vec::new());
        self.collect(id, &mut symbols, &mut children);
        let order = scope.symbols.iter().map(|(name, _)| self.names.name(*name));
        let mut names: Vec<&str> = order.filter(|name| symbols.contains_key(name)).collect();
        names.extend(symbols.keys().copied().filter(|name| !names.contains(name)).collect::<Vec<_>>());
        let flags = |name: &str| symbols.get(name).map_or(0, |info| flags_of(info.usage, info.access));
        let children = children.into_iter().map(|child| self.view_scope(child, lines));
        TableView {
            kind,
            name: name.to_owned(),
            line: if kind == TableKind::Module { 0 } else { lines.line(scope.range.start()) },
            is_nested: scope.is_nested,
            symbols: names.iter().map(|name| ((*name).to_owned(), flags(name))).collect(),
            parameters: scope.params.iter().map(|name| self.names.name(*name).to_owned()).collect(),
            children: children.collect(),
        }
    }
}

/// `f` of `<generic parameters of f>`.
fn generic_name(name: &str) -> &str {
    name.strip_prefix("<generic parameters of ").and_then(|n| n.strip_suffix('>')).unwrap_or(name)
}

fn flags_of(used: u16, access: Access) -> u32 {
    let bits = [
        (usage::GLOBAL, 1),
        (usage::LOCAL, 2),
        (usage::PARAM, 4),
        (usage::NONLOCAL, 8),
        (usage::USE, 16),
        (usage::IMPORT, 128),
        (usage::ANNOT, 256),
        (usage::COMP_ITER, 512),
        (usage::TYPE_PARAM, 1024),
    ];
    let mut flags = bits.iter().filter(|(bit, _)| used & bit != 0).map(|(_, flag)| flag).sum::<u32>();
    // An import is a binding like any other.
    if used & usage::IMPORT != 0
        && used & usage::LOCAL != 0
        && used & !(usage::IMPORT | usage::LOCAL | usage::USE) == 0
    {
        flags &= !2;
    }
    let place = match access {
        Access::Local => 1,
        Access::GlobalExplicit => 2,
        Access::GlobalImplicit => 3,
        Access::Free => 4,
        Access::Cell => 5,
    };
    flags | place << 12
}
