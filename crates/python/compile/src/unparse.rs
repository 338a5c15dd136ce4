//! Text of annotations under `from __future__ import annotations`.
//!
//! Known limit: CPython prints the tree again in its own style; this gives the source text, with line breaks and runs
//! of blanks joined, which differs in redundant parentheses, quotes and spacing.

use ruff_python_ast::Expr;
use ruff_text_size::Ranged;

/// Text of an expression.
pub(crate) fn expression(e: &Expr, source: &str) -> String {
    let text = source.get(e.start().to_usize()..e.end().to_usize()).unwrap_or("");
    if !text.contains(['\n', '\r', '\t']) {
        return text.to_owned();
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
