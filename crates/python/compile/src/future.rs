//! `from __future__ import ...`: which features a module asks for.

use ruff_python_ast::{Expr, Mod, Stmt, StmtImportFrom};
use ruff_text_size::Ranged;

use crate::code::flags;
use crate::error::{Fault, Result};

/// Flags of the features that a module imports from `__future__`. Errors: an unknown feature, an import that comes too late.
pub(crate) fn future_flags(tree: &Mod) -> Result<u32> {
    let Mod::Module(module) = tree else { return Ok(0) };
    let mut bits = 0;
    let (mut open, mut first) = (true, true);
    for stmt in &module.body {
        match stmt {
            Stmt::ImportFrom(s) if is_future(s) => {
                if !open {
                    return Err(Fault::syntax(TOO_LATE, s.range));
                }
                for alias in &s.names {
                    bits |= feature(&alias.name).ok_or_else(|| {
                        let message = match alias.name.as_str() {
                            "braces" => "not a chance".to_owned(),
                            name => format!("future feature {name} is not defined"),
                        };
                        Fault::syntax(message, alias.range())
                    })?;
                }
            }
            Stmt::Expr(e) if first && matches!(&*e.value, Expr::StringLiteral(_)) => {}
            _ => open = false,
        }
        first = false;
    }
    Ok(bits)
}

pub(crate) const TOO_LATE: &str = "from __future__ imports must occur at the beginning of the file";

pub(crate) fn is_future(s: &StmtImportFrom) -> bool {
    s.level == 0 && s.module.as_ref().is_some_and(|m| m.as_str() == "__future__")
}

fn feature(name: &str) -> Option<u32> {
    Some(match name {
        // Mandatory since long ago: they set no flag any more.
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => 0,
        "barry_as_FLUFL" => flags::FUTURE_BARRY_AS_BDFL,
        "annotations" => flags::FUTURE_ANNOTATIONS,
        _ => return None,
    })
}
