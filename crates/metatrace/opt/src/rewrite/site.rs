//! What a rule sees: the operation, its arguments' definitions and bounds, and means to build the replacement.

use crate::bounds::IntBound;
use crate::cx::Cx;
use crate::pass::{InvalidLoop, Pending};
use metatrace_ir::{Aux, Const, Opcode, Operand, ResultKind};
use metatrace_machine::Kind;

/// What replaces an operation.
#[derive(Clone, Copy, Debug)]
pub(super) enum New {
    /// Something that exists.
    Is(Operand),
    Const(Const),
    /// Another operation; guards keep the snapshot.
    Op(Opcode, [Operand; 3]),
}

impl New {
    pub fn int(value: i64) -> Option<New> {
        Some(New::Const(Const::int(value)))
    }
    pub fn bool(value: bool) -> Option<New> {
        Some(New::Const(Const::bool(value)))
    }
    pub fn is(operand: Operand) -> Option<New> {
        Some(New::Is(operand))
    }
    pub fn unary(opcode: Opcode, a: Operand) -> Option<New> {
        Some(New::Op(opcode, [a, Operand::NONE, Operand::NONE]))
    }
    pub fn binary(opcode: Opcode, a: Operand, b: Operand) -> Option<New> {
        Some(New::Op(opcode, [a, b, Operand::NONE]))
    }
}

/// See the module header.
pub(super) struct Site<'s, 'a> {
    cx: &'s mut Cx<'a>,
    op: &'s Pending,
    /// The first two arguments, up to date, and the integer that the second is: what most rules begin with. What a rule sends
    /// ahead teaches nothing about them, and no rule is tried behind it.
    a: Operand,
    b: Operand,
    int_b: Option<i64>,
    /// An operation that the rule sent ahead contradicted what is known.
    pub failure: Option<InvalidLoop>,
}

impl<'s, 'a> Site<'s, 'a> {
    pub fn new(cx: &'s mut Cx<'a>, op: &'s Pending) -> Self {
        let (a, b) = (cx.resolve(op.args[0]), cx.resolve(op.args[1]));
        let int_b = cx.int_of(b);
        Site { cx, op, a, b, int_b, failure: None }
    }

    #[inline]
    pub fn opcode(&self) -> Opcode {
        self.op.opcode
    }
    /// Kind of the operation's result.
    pub fn kind(&self) -> Option<Kind> {
        self.op.kind
    }
    #[inline]
    pub fn a(&self) -> Operand {
        self.a
    }
    #[inline]
    pub fn b(&self) -> Operand {
        self.b
    }
    pub fn c(&self) -> Operand {
        self.cx.resolve(self.op.args[2])
    }
    /// The two arguments of a commutative operation both ways round.
    #[inline]
    pub fn orders(&self) -> [(Operand, Operand); 2] {
        [(self.a(), self.b()), (self.b(), self.a())]
    }

    // -- what is known

    pub fn constant_of(&self, x: Operand) -> Option<Const> {
        self.cx.constant_of(x)
    }
    pub fn kind_of(&self, x: Operand) -> Option<Kind> {
        self.cx.kind_of(x)
    }
    #[inline]
    pub fn int_of(&self, x: Operand) -> Option<i64> {
        self.cx.int_of(x)
    }
    pub fn bool_of(&self, x: Operand) -> Option<bool> {
        self.cx.bool_of(x)
    }
    pub fn float_of(&self, x: Operand) -> Option<f64> {
        let c = self.cx.constant_of(x)?;
        (c.kind == Kind::Float).then(|| f64::from_bits(c.bits))
    }
    /// The constant second argument.
    #[inline]
    pub fn int_b(&self) -> Option<i64> {
        self.int_b
    }
    pub fn bound_of(&self, x: Operand) -> IntBound {
        self.cx.bound_of(x)
    }

    /// The outcome of a comparison, if it was computed before and a guard settled it. A rule that relies on it must
    /// [`rely`](Site::rely) on the second part: the guard may have been in the preamble of this loop.
    pub fn proven(&self, comparison: Opcode, x: Operand, y: Operand) -> Option<(bool, u32)> {
        let (outcome, short) = self.cx.known_entry(comparison, Aux::NONE, &[x, y])?;
        Some((self.bool_of(outcome)?, short))
    }
    /// Makes what [`Site::proven`] answered a condition for entering the loop's body.
    pub fn rely(&mut self, short: u32) {
        self.cx.touch(short);
    }

    /// The opcode and the first two arguments of what defines `x`.
    pub fn definition(&self, x: Operand) -> Option<(Opcode, Operand, Operand)> {
        self.defined_by(x, |_| true)
    }
    /// The same if the opcode is one of these: most rules look for one that is not there.
    #[inline]
    fn defined_by(
        &self,
        x: Operand,
        wanted: impl FnOnce(Opcode) -> bool,
    ) -> Option<(Opcode, Operand, Operand)> {
        let op = self.cx.definition(x).filter(|op| wanted(op.opcode))?;
        let up_to_date = |n: usize| match op.opcode.params().len() > n {
            true => self.cx.resolve(op.args[n]),
            false => Operand::NONE,
        };
        Some((op.opcode, up_to_date(0), up_to_date(1)))
    }
    /// The argument, if `x` is `opcode` of one argument.
    #[inline]
    pub fn unary(&self, opcode: Opcode, x: Operand) -> Option<Operand> {
        self.defined_by(x, |found| found == opcode).map(|(_, a, _)| a)
    }
    /// The arguments, if `x` is `opcode` of two.
    #[inline]
    pub fn binary(&self, opcode: Opcode, x: Operand) -> Option<(Operand, Operand)> {
        self.defined_by(x, |found| found == opcode).map(|(_, a, b)| (a, b))
    }
    /// y and c, if `x` is `opcode(y, c)` with a constant c.
    pub fn with_constant(&self, opcode: Opcode, x: Operand) -> Option<(Operand, i64)> {
        let (a, b) = self.binary(opcode, x)?;
        Some((a, self.int_of(b)?))
    }
    /// y and c, if `x` is `y + c`, wrapping or checked: the sum is the same where it exists.
    pub fn constant_sum(&self, x: Operand) -> Option<(Operand, i64)> {
        let (a, b) = self.sum(x)?;
        Some((a, self.int_of(b)?))
    }
    /// As [`Site::constant_sum`], if the sum is that of mathematics: checked, or known not to wrap.
    pub fn exact_constant_sum(&self, x: Operand) -> Option<(Operand, i64)> {
        let (y, c) = self.constant_sum(x)?;
        let checked = self.definition(x)?.0 == Opcode::IntAddOvf;
        (checked || never_overflows(self.bound_of(y), c)).then_some((y, c))
    }
    /// The arguments, if `x` is a difference, wrapping or checked.
    pub fn difference(&self, x: Operand) -> Option<(Operand, Operand)> {
        let is_difference = |opcode| matches!(opcode, Opcode::IntSub | Opcode::IntSubOvf);
        self.defined_by(x, is_difference).map(|(_, a, b)| (a, b))
    }
    /// The arguments, if `x` is a sum, wrapping or checked.
    pub fn sum(&self, x: Operand) -> Option<(Operand, Operand)> {
        let is_sum = |opcode| matches!(opcode, Opcode::IntAdd | Opcode::IntAddOvf);
        self.defined_by(x, is_sum).map(|(_, a, b)| (a, b))
    }

    // -- the replacement

    pub fn int(&mut self, value: i64) -> Operand {
        self.cx.intern(Const::int(value))
    }
    pub fn float(&mut self, value: f64) -> Operand {
        self.cx.intern(Const::float(value))
    }
    /// The operation `opcode(x, c)`.
    pub fn binary_constant(&mut self, opcode: Opcode, x: Operand, c: i64) -> Option<New> {
        let c = self.int(c);
        New::binary(opcode, x, c)
    }
    /// Sends a pure operation ahead of the replacement, through all passes.
    pub fn emit(&mut self, opcode: Opcode, args: &[Operand]) -> Option<Operand> {
        let ResultKind::Kind(kind) = opcode.result() else { unreachable!("{} has no kind", opcode.name()) };
        match self.cx.emit(opcode, Some(kind), args, Aux::NONE) {
            Ok(result) => Some(result),
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }
    /// [`Site::emit`] with a constant second argument.
    pub fn emit_constant(&mut self, opcode: Opcode, x: Operand, c: i64) -> Option<Operand> {
        let c = self.int(c);
        self.emit(opcode, &[x, c])
    }
}

/// Whether adding `c` stays in range.
pub(super) fn never_overflows(bound: IntBound, c: i64) -> bool {
    bound.add_overflow(IntBound::constant(c)) == crate::bounds::Overflow::Never
}

/// k of 2^k.
pub(super) fn power_of_two(c: i64) -> Option<i64> {
    (c as u64).is_power_of_two().then(|| c.trailing_zeros() as i64)
}
