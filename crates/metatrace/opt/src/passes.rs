//! The list of passes, in order.

use crate::pass::{OpcodeSet, Pass, learns_nothing};
use crate::{guards, heap, intbounds, pure, rewrite, virtualize};
use metatrace_ir::Opcode;

/// Every pass that an operation goes through. Unrolling (`unroll.rs`) drives them; dead code (`dce.rs`) goes last.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "intbounds",
        visits: intbounds::VISITS,
        visit: intbounds::visit,
        learns_from: intbounds::LEARNS_FROM,
        emitted: intbounds::emitted,
    },
    Pass {
        name: "rewrite",
        visits: rewrite::VISITS,
        visit: rewrite::visit,
        learns_from: OpcodeSet::EMPTY,
        emitted: learns_nothing,
    },
    Pass {
        name: "guards",
        visits: guards::VISITS,
        visit: guards::visit,
        learns_from: guards::LEARNS_FROM,
        emitted: guards::emitted,
    },
    Pass {
        name: "virtualize",
        visits: virtualize::VISITS,
        visit: virtualize::visit,
        learns_from: virtualize::LEARNS_FROM,
        emitted: virtualize::emitted,
    },
    Pass {
        name: "pure",
        visits: pure::VISITS,
        visit: pure::visit,
        learns_from: pure::LEARNS_FROM,
        emitted: pure::emitted,
    },
    Pass {
        name: "heap",
        visits: heap::VISITS,
        visit: heap::visit,
        learns_from: heap::LEARNS_FROM,
        emitted: heap::emitted,
    },
];

/// Place of the pass `guards`.
pub(crate) const GUARDS: usize = 2;

/// Per opcode, a bit per pass.
type Interest = [u8; Opcode::ALL.len()];

/// The passes whose `visit` an operation goes through.
pub(crate) static VISITS: Interest = interest(false);
/// The passes whose `emitted` learns from an operation.
pub(crate) static LEARNS: Interest = interest(true);

const fn interest(learns: bool) -> Interest {
    let mut table = [0; Opcode::ALL.len()];
    let mut pass = 0;
    while pass < PASSES.len() {
        let set = if learns { PASSES[pass].learns_from } else { PASSES[pass].visits };
        let mut i = 0;
        while i < Opcode::ALL.len() {
            if set.contains(Opcode::ALL[i]) {
                table[i] |= 1 << pass;
            }
            i += 1;
        }
        pass += 1;
    }
    table
}

/// A name that is not in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownPass(pub String);

impl std::fmt::Display for UnknownPass {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = Switches::names().collect::<Vec<_>>().join(", ");
        write!(f, "no pass is called '{}': expected one of {names}", self.0)
    }
}
impl std::error::Error for UnknownPass {}

/// Which passes are off. `joins`, `sink`, `unroll` and `dce` have switches too.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Switches {
    disabled: u32,
}

/// Bits of the transformations that are not in [`PASSES`].
const SINK_BIT: u32 = 28;
const JOINS_BIT: u32 = 29;
const UNROLL_BIT: u32 = 30;
const DCE_BIT: u32 = 31;

impl Switches {
    /// Switches the pass off.
    pub fn disable(&mut self, name: &str) -> Result<(), UnknownPass> {
        let bit = match name {
            "sink" => SINK_BIT,
            "joins" => JOINS_BIT,
            "unroll" => UNROLL_BIT,
            "dce" => DCE_BIT,
            _ => PASSES.iter().position(|p| p.name == name).ok_or_else(|| UnknownPass(name.to_string()))?
                as u32,
        };
        self.disabled |= 1 << bit;
        Ok(())
    }
    /// Every name that [`Switches::disable`] accepts.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PASSES.iter().map(|p| p.name).chain(["sink", "joins", "unroll", "dce"])
    }
    /// A bit per pass that is on.
    pub(crate) fn passes_on(self) -> u8 {
        !self.disabled as u8
    }
    pub(crate) fn sinks(self) -> bool {
        self.disabled >> SINK_BIT & 1 == 0
    }
    pub(crate) fn joins(self) -> bool {
        self.disabled >> JOINS_BIT & 1 == 0
    }
    /// Whether guards may take the place of others.
    pub(crate) fn strengthens(self) -> bool {
        self.passes_on() >> GUARDS & 1 != 0
    }
    pub(crate) fn virtualizes(self) -> bool {
        PASSES
            .iter()
            .position(|p| p.name == "virtualize")
            .is_some_and(|index| self.passes_on() >> index & 1 != 0)
    }
    pub(crate) fn unroll(self) -> bool {
        self.disabled >> UNROLL_BIT & 1 == 0
    }
    pub(crate) fn dce(self) -> bool {
        self.disabled >> DCE_BIT & 1 == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_are_switched_off_by_name() {
        let mut switches = Switches::default();
        for name in Switches::names() {
            switches.disable(name).expect("a name of the list");
        }
        assert_eq!(PASSES[GUARDS].name, "guards");
        assert_eq!(switches.passes_on() & ((1 << PASSES.len()) - 1), 0);
        assert!(!switches.unroll() && !switches.dce());
        let error = Switches::default().disable("haep").expect_err("no such pass").to_string();
        assert!(
            error.starts_with("no pass is called 'haep': expected one of intbounds, rewrite, guards"),
            "{error}"
        );
    }
}
