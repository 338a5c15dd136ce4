//! Limits of the compiler, and room on the native stack.
//!
//! Every pass over a syntax tree recurses, as does dropping it; ten thousand nested operators would overflow a thread's stack. So the
//! source is scanned first for an upper bound of the tree's depth ([`depth_bound`]); beyond [`MAX_DEPTH`] compiling fails as
//! in CPython, and otherwise the whole compilation runs on a stack that is large enough for that depth
//! ([`with_stack`]). The bound is crude: it counts operators and openings between separators, per bracket level.
//!
//! | limit | value | error |
//! |---|---|---|
//! | [`MAX_DEPTH`] | 30 000 | `RecursionError`, or `MemoryError` for what CPython's parser would not take |
//! | [`MAX_PREFIX_DEPTH`] | 6 000 | `MemoryError` |
//! | [`MAX_BRACKETS`] | 200 | `SyntaxError: too many nested parentheses` |
//! | [`MAX_INDENTATION`] | 100 | `IndentationError: too many levels of indentation` |
//! | registers of a frame | 65 535 | `OverflowError` |
//! | instructions, constants, names of a code object | 2^24 | `OverflowError` |
//! | source | 4 GiB - 1 | `OverflowError` |

use ruff_text_size::{TextRange, TextSize};

use crate::error::{ErrorKind, Fault};

/// Greatest depth of a syntax tree that is compiled.
pub(crate) const MAX_DEPTH: usize = 30_000;
/// Greatest number of nested prefix operators, lambdas and conditionals.
pub(crate) const MAX_PREFIX_DEPTH: usize = 6_000;
/// Open brackets.
pub(crate) const MAX_BRACKETS: usize = 200;
/// Indentation levels.
pub(crate) const MAX_INDENTATION: usize = 100;
/// Code objects inside each other.
pub(crate) const MAX_NESTED_SCOPES: usize = 8_000;
/// Native stack that one level of the tree may take in any pass.
const STACK_PER_LEVEL_BYTES: usize = if cfg!(debug_assertions) { 24 << 10 } else { 5 << 10 };
/// Native stack for a tree of no depth.
const STACK_BASE_BYTES: usize = 512 << 10;
/// Depth that ordinary programs do not exceed and that is not worth a stack of its own.
const SHALLOW: usize = 24;

/// CPython's error for a tree that its compiler cannot walk.
pub(crate) fn too_deep_to_compile() -> Box<Fault> {
    Fault::bare(ErrorKind::Recursion, "maximum recursion depth exceeded during compilation")
}

/// CPython's error for a source that its parser cannot nest that deep.
pub(crate) fn too_deep_to_parse() -> Box<Fault> {
    Fault::bare(ErrorKind::Memory, "Parser stack overflowed - Python source too complex to parse")
}

/// Runs `f` with room for a tree of `depth` levels.
pub(crate) fn with_stack<R>(depth: usize, f: impl FnOnce() -> R) -> R {
    let need = STACK_BASE_BYTES + depth.saturating_sub(SHALLOW) * STACK_PER_LEVEL_BYTES;
    stacker::maybe_grow(need, need + (64 << 10), f)
}

/// Upper bounds of the depth of the tree that a source parses to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct DepthBound {
    /// Depth of expressions and blocks together.
    pub depth: usize,
    /// Nested prefix operators and the like: what a recursive-descent parser recurses for without a bracket.
    pub prefix: usize,
}

/// Counters of one bracket level.
#[derive(Clone, Copy, Default)]
struct Level {
    /// Operators, calls and attributes since the last separator: left-recursive, iterated by parsers.
    chain: usize,
    /// Conditionals and powers since the last separator: right-recursive.
    nest: usize,
    /// Prefix operators since the last operand.
    run: usize,
    /// Lambdas since the line began; commas between their parameters separate nothing.
    lambdas: usize,
}

impl Level {
    fn depth(&self) -> usize {
        self.chain + self.prefix()
    }

    fn prefix(&self) -> usize {
        self.nest + self.run + self.lambdas
    }
}

/// Scans a source. Strings and comments are skipped roughly: a mistake there changes the bound, not the result.
pub(crate) fn depth_bound(source: &str) -> DepthBound {
    let bytes = source.as_bytes();
    let mut levels = vec![Level::default()];
    let (mut outer_depth, mut outer_prefix) = (0, 0);
    let mut bound = DepthBound::default();
    let (mut i, mut blocks) = (0, 0usize);
    let mut after_operand = false;
    while i < bytes.len() {
        let byte = bytes[i];
        let outermost = levels.len() == 1;
        let level = levels.last_mut().expect("the outermost level is never popped");
        match byte {
            b'#' => {
                while i < bytes.len() && bytes[i] != b'\n' {
                    i += 1;
                }
                continue;
            }
            b'"' | b'\'' => {
                let start = i;
                i = skip_string(bytes, i);
                if start > 0 && matches!(bytes[start - 1] | 0x20, b'f' | b't' | b'r') {
                    // Interpolations may hold anything.
                    let symbols =
                        bytes[start..i.min(bytes.len())].iter().filter(|b| b.is_ascii_punctuation());
                    bound.depth = bound.depth.max(outer_depth + level.depth() + symbols.count());
                }
                level.run = 0;
                after_operand = true;
                continue;
            }
            b'(' | b'[' | b'{' => {
                level.chain += 1;
                outer_depth += level.depth();
                outer_prefix += level.prefix();
                levels.push(Level::default());
                after_operand = false;
            }
            b')' | b']' | b'}' => {
                if levels.len() > 1 {
                    levels.pop();
                    let level = levels.last_mut().expect("the outermost level is never popped");
                    outer_depth -= level.depth();
                    outer_prefix -= level.prefix();
                    level.run = 0;
                }
                after_operand = true;
            }
            b',' => *level = Level { lambdas: level.lambdas, ..Level::default() },
            b';' => *level = Level::default(),
            b':' => {
                level.chain = 0;
                after_operand = false;
            }
            b'\n' if outermost => {
                *level = Level::default();
                blocks = bytes[i + 1..].iter().take(128).take_while(|b| matches!(b, b' ' | b'\t')).count();
                after_operand = false;
            }
            b'+' | b'-' | b'~' => {
                if after_operand {
                    level.chain += 1;
                } else {
                    level.run += 1;
                }
                after_operand = false;
            }
            b'*' if bytes.get(i + 1) == Some(&b'*') => {
                level.nest += 1;
                after_operand = false;
                i += 1;
            }
            b'*' | b'/' | b'%' | b'@' | b'|' | b'&' | b'^' | b'.' | b'<' | b'>' | b'=' => {
                level.chain += 1;
                after_operand = false;
            }
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let start = i;
                while i < bytes.len() && (bytes[i].is_ascii_alphanumeric() || bytes[i] == b'_') {
                    i += 1;
                }
                after_operand = false;
                match &bytes[start..i] {
                    b"lambda" => level.lambdas += 1,
                    b"else" => level.nest += 1,
                    b"not" | b"await" | b"yield" => level.run += 1,
                    b"and" | b"or" | b"in" | b"is" | b"if" | b"for" => level.run = 0,
                    _ => {
                        level.run = 0;
                        after_operand = true;
                    }
                }
                let depth = outer_depth + level.depth() + 4 * blocks;
                bound.depth = bound.depth.max(depth);
                bound.prefix = bound.prefix.max(outer_prefix + level.prefix());
                continue;
            }
            b' ' | b'\t' | b'\\' | b'\r' | b'\n' => {}
            _ => {
                level.run = 0;
                after_operand = true;
            }
        }
        let level = levels[levels.len() - 1];
        bound.depth = bound.depth.max(outer_depth + level.depth() + 4 * blocks);
        bound.prefix = bound.prefix.max(outer_prefix + level.prefix());
        i += 1;
    }
    bound
}

/// Index after the string that starts at `start`, as far as the end of the line for an unterminated one.
fn skip_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes.get(start + 1) == Some(&quote) && bytes.get(start + 2) == Some(&quote);
    let mut i = start + if triple { 3 } else { 1 };
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'\n' if !triple => return i,
            b if b == quote => {
                if !triple {
                    return i + 1;
                }
                if bytes.get(i + 1) == Some(&quote) && bytes.get(i + 2) == Some(&quote) {
                    return i + 3;
                }
            }
            _ => {}
        }
        i += 1;
    }
    i
}

/// The tokenizer's errors for too many open brackets or indentation levels. Only sources that could have them are looked at closely.
pub(crate) fn nesting_fault(source: &str) -> Option<Box<Fault>> {
    let bytes = source.as_bytes();
    let (mut i, mut open) = (0, 0usize);
    let mut indents: Vec<usize> = vec![0];
    let mut line_start = true;
    while i < bytes.len() {
        if line_start && open == 0 {
            let width = bytes[i..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let blank = matches!(bytes.get(i + width), None | Some(b'\n' | b'\r' | b'#'));
            if !blank {
                while indents.last().is_some_and(|&last| width < last) {
                    indents.pop();
                }
                if indents.last().is_some_and(|&last| width > last) {
                    indents.push(width);
                    if indents.len() > MAX_INDENTATION {
                        let at = TextRange::empty(TextSize::new(i as u32));
                        let message = "too many levels of indentation";
                        return Some(Box::new(Fault {
                            kind: ErrorKind::Indentation,
                            ..*Fault::parser(message, at)
                        }));
                    }
                }
            }
            i += width;
            line_start = false;
            continue;
        }
        match bytes[i] {
            b'#' => {
                while i < bytes.len() && bytes[i] != b'\n' {
                    i += 1;
                }
                continue;
            }
            b'"' | b'\'' => {
                i = skip_string(bytes, i);
                continue;
            }
            b'(' | b'[' | b'{' => {
                open += 1;
                if open > MAX_BRACKETS {
                    let at = TextRange::empty(TextSize::new(i as u32));
                    return Some(Fault::parser("too many nested parentheses", at));
                }
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            b'\\' if bytes.get(i + 1) == Some(&b'\n') => i += 1,
            b'\n' => line_start = true,
            _ => {}
        }
        i += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_and_nests_are_counted() {
        let bound = |s: &str| depth_bound(s);
        assert!(bound(&"-".repeat(1000)).prefix >= 1000);
        assert!(bound(&"a+".repeat(1000)).depth >= 1000);
        assert!(bound(&"a+".repeat(1000)).prefix <= 1);
        assert!(bound(&"lambda a, b: ".repeat(1000)).depth >= 1000);
        assert!(bound(&"a if b else ".repeat(1000)).prefix >= 1000);
        assert!(bound(&"x = a + b\n".repeat(1000)).depth < 10);
        assert!(bound(&"f(x, -y), ".repeat(1000)).depth < 10);
    }
}
