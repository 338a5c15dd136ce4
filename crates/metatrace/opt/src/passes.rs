//! The list of passes, in order.

use crate::pass::{Pass, learns_nothing};
use crate::{guards, heap, intbounds, pure, rewrite, virtualize};

/// Every pass that an operation goes through. Unrolling (`unroll.rs`) drives them; dead code (`dce.rs`) goes last.
pub const PASSES: &[Pass] = &[
    Pass { name: "intbounds", visit: intbounds::visit, emitted: intbounds::emitted },
    Pass { name: "rewrite", visit: rewrite::visit, emitted: learns_nothing },
    Pass { name: "guards", visit: guards::visit, emitted: guards::emitted },
    Pass { name: "virtualize", visit: virtualize::visit, emitted: virtualize::emitted },
    Pass { name: "pure", visit: pure::visit, emitted: pure::emitted },
    Pass { name: "heap", visit: heap::visit, emitted: heap::emitted },
];

/// A name that is not in the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownPass(pub String);

/// Which passes are off. `unroll` and `dce` have switches too.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Switches {
    disabled: u32,
}

/// Bits of the two transformations that are not in [`PASSES`].
const UNROLL_BIT: u32 = 30;
const DCE_BIT: u32 = 31;

impl Switches {
    /// Switches the pass off.
    pub fn disable(&mut self, name: &str) -> Result<(), UnknownPass> {
        let bit = match name {
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
        PASSES.iter().map(|p| p.name).chain(["unroll", "dce"])
    }
    pub(crate) fn pass_is_on(self, index: usize) -> bool {
        self.disabled >> index & 1 == 0
    }
    pub(crate) fn unroll(self) -> bool {
        self.disabled >> UNROLL_BIT & 1 == 0
    }
    pub(crate) fn dce(self) -> bool {
        self.disabled >> DCE_BIT & 1 == 0
    }
}
