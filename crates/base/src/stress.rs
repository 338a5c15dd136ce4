//! Stress knobs: one text that names a subsystem and a knob per item, `jit=threshold-1,gc=every-alloc`.
//!
//! Which knobs exist is each subsystem's business ([`crate::Params`] for `jit`, the heap's options for `gc`);
//! this module only deals the items out, so that the test suite and the executables share one spelling.

use std::fmt;

/// A subsystem with stress knobs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Subsystem {
    Jit,
    Gc,
}

impl Subsystem {
    pub const ALL: [Subsystem; 2] = [Subsystem::Jit, Subsystem::Gc];
    pub const fn name(self) -> &'static str {
        match self {
            Subsystem::Jit => "jit",
            Subsystem::Gc => "gc",
        }
    }
}

/// An item that does not begin with a known subsystem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StressError {
    pub item: String,
}

impl fmt::Display for StressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stress knob '{}': expected jit=<knob> or gc=<knob>", self.item)
    }
}
impl std::error::Error for StressError {}

/// Splits `text` into (subsystem, knob), in order. An item without `=` belongs to the subsystem before it:
/// `jit=threshold-1,sync-compile` is two knobs of the JIT.
pub fn parse(text: &str) -> Result<Vec<(Subsystem, &str)>, StressError> {
    let mut current = None;
    let mut knobs = Vec::new();
    for item in text.split(',').map(str::trim).filter(|i| !i.is_empty()) {
        let named = Subsystem::ALL.into_iter().find_map(|s| {
            item.strip_prefix(s.name()).and_then(|r| r.strip_prefix('=')).map(|knob| (s, knob))
        });
        match (named, current) {
            (Some((subsystem, knob)), _) => {
                current = Some(subsystem);
                knobs.push((subsystem, knob));
            }
            (None, Some(subsystem)) => knobs.push((subsystem, item)),
            (None, None) => return Err(StressError { item: item.to_string() }),
        }
    }
    Ok(knobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_go_to_the_subsystem_named_last() {
        use Subsystem::{Gc, Jit};
        assert_eq!(
            parse("jit=threshold-1,sync-compile, gc=every-3,jit=vec=1"),
            Ok(vec![(Jit, "threshold-1"), (Jit, "sync-compile"), (Gc, "every-3"), (Jit, "vec=1")])
        );
        assert_eq!(parse(""), Ok(vec![]));
        let error = parse("every-alloc").expect_err("no subsystem");
        assert_eq!(error.to_string(), "stress knob 'every-alloc': expected jit=<knob> or gc=<knob>");
    }
}
