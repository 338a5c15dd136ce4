//! Contexts: precision, limits and rounding of operations, and how every result is brought within them.

use super::coefficient::{Coefficient, power_of_ten};
use super::{Decimal, Kind};
use std::cmp::Ordering;
use std::ops::{BitAnd, BitOr, BitOrAssign, Not};

/// How to round what does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    Up,
    Down,
    Ceiling,
    Floor,
    HalfUp,
    HalfDown,
    HalfEven,
    /// Away from zero if the last digit would be 0 or 5.
    ZeroFiveUp,
}

impl Rounding {
    /// All, in the order of CPython's messages, with their names.
    pub const ALL: [(Rounding, &'static str); 8] = [
        (Rounding::Ceiling, "ROUND_CEILING"),
        (Rounding::Floor, "ROUND_FLOOR"),
        (Rounding::Up, "ROUND_UP"),
        (Rounding::Down, "ROUND_DOWN"),
        (Rounding::HalfUp, "ROUND_HALF_UP"),
        (Rounding::HalfDown, "ROUND_HALF_DOWN"),
        (Rounding::HalfEven, "ROUND_HALF_EVEN"),
        (Rounding::ZeroFiveUp, "ROUND_05UP"),
    ];

    pub fn name(self) -> &'static str {
        Rounding::ALL.iter().find(|(rounding, _)| *rounding == self).map_or("", |(_, name)| name)
    }

    /// Whether the magnitude goes up: `kept` are the digits that stay, `dropped` says what was cut off beside half a unit; it was not zero.
    fn goes_up(self, is_negative: bool, kept: &Coefficient, dropped: Ordering) -> bool {
        match self {
            Rounding::Up => true,
            Rounding::Down => false,
            Rounding::Ceiling => !is_negative,
            Rounding::Floor => is_negative,
            Rounding::HalfUp => dropped != Ordering::Less,
            Rounding::HalfDown => dropped == Ordering::Greater,
            Rounding::HalfEven => dropped == Ordering::Greater || dropped == Ordering::Equal && kept.is_odd(),
            Rounding::ZeroFiveUp => kept.is_multiple_of_five(),
        }
    }
}

/// A set of signals and conditions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status(pub u32);

impl Status {
    // Signals, in the order in which CPython lists and raises them.
    pub const INVALID_OPERATION: Status = Status(1);
    pub const FLOAT_OPERATION: Status = Status(1 << 1);
    pub const DIVISION_BY_ZERO: Status = Status(1 << 2);
    pub const OVERFLOW: Status = Status(1 << 3);
    pub const UNDERFLOW: Status = Status(1 << 4);
    pub const SUBNORMAL: Status = Status(1 << 5);
    pub const INEXACT: Status = Status(1 << 6);
    pub const ROUNDED: Status = Status(1 << 7);
    pub const CLAMPED: Status = Status(1 << 8);
    // Conditions that are `InvalidOperation`.
    pub const CONVERSION_SYNTAX: Status = Status(1 << 9);
    pub const DIVISION_IMPOSSIBLE: Status = Status(1 << 10);
    pub const DIVISION_UNDEFINED: Status = Status(1 << 11);
    pub const INVALID_CONTEXT: Status = Status(1 << 12);
    /// The result would not fit in memory.
    pub const OUT_OF_MEMORY: Status = Status(1 << 13);
    pub const NONE: Status = Status(0);

    /// Everything that is the signal `InvalidOperation`.
    pub const INVALID: Status = Status(1 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12);
    /// What makes a result an error: invalid operations and divisions by zero.
    pub const ERRORS: Status = Status(Status::INVALID.0 | 1 << 2 | 1 << 13);

    pub fn has(self, other: Status) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for Status {
    type Output = Status;
    fn bitor(self, other: Status) -> Status {
        Status(self.0 | other.0)
    }
}
impl BitAnd for Status {
    type Output = Status;
    fn bitand(self, other: Status) -> Status {
        Status(self.0 & other.0)
    }
}
impl BitOrAssign for Status {
    fn bitor_assign(&mut self, other: Status) {
        self.0 |= other.0;
    }
}
impl Not for Status {
    type Output = Status;
    fn not(self) -> Status {
        Status(!self.0)
    }
}

/// What limits the results of operations.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Digits of a result, 1 to [`super::MAX_PREC`].
    pub precision: i64,
    /// Largest and smallest exponent of the first digit.
    pub emax: i64,
    pub emin: i64,
    pub rounding: Rounding,
    /// Exponents of the last digit are limited, too, as in formats of the IEEE.
    pub clamps: bool,
    /// `E` or `e`.
    pub is_upper: bool,
}

impl Context {
    /// The widest: what exact conversions use.
    pub const WIDEST: Context = Context {
        precision: super::MAX_PREC,
        emax: super::MAX_EMAX,
        emin: super::MIN_EMIN,
        rounding: Rounding::HalfEven,
        clamps: false,
        is_upper: true,
    };

    /// Smallest exponent of a last digit.
    pub fn etiny(&self) -> i64 {
        self.emin - (self.precision - 1)
    }
    /// Largest exponent of the last digit of a result of full precision.
    pub fn etop(&self) -> i64 {
        self.emax - (self.precision - 1)
    }

    /// With the widest exponents and rounding half to even, for intermediate results.
    pub fn working(&self, precision: i64) -> Context {
        Context { precision, rounding: Rounding::HalfEven, clamps: false, ..*self }
    }

    /// A NaN because of an invalid operation.
    pub fn invalid(&self, condition: Status, status: &mut Status) -> Decimal {
        *status |= condition;
        Decimal::nan()
    }

    /// What operations on NaNs return: the first signaling one, else the first. `None`: neither is one.
    #[inline]
    pub fn propagated_nan(&self, operands: &[&Decimal], status: &mut Status) -> Option<Decimal> {
        if operands.iter().all(|operand| operand.is_finite()) {
            return None;
        }
        let signaling = operands.iter().find(|operand| operand.is_signaling());
        if signaling.is_some() {
            *status |= Status::INVALID_OPERATION;
        }
        let nan = signaling.or_else(|| operands.iter().find(|operand| operand.is_nan()))?;
        let quiet = Decimal { kind: Kind::QuietNan, ..(*nan).clone() };
        Some(self.with_payload_cut(quiet))
    }

    fn with_payload_cut(&self, mut nan: Decimal) -> Decimal {
        let most = self.precision - i64::from(self.clamps);
        if nan.coefficient.digits() > most {
            nan.coefficient = if most == 0 { Coefficient::ZERO } else { nan.coefficient.split(most).1 };
        }
        nan
    }

    /// Brings a result within the context: rounds its digits, limits its exponent.
    #[inline]
    pub fn finish(&self, value: Decimal, status: &mut Status) -> Decimal {
        if value.is_finite() && !value.coefficient.is_zero() {
            let digits = value.coefficient.digits();
            let adjusted = value.exponent + digits - 1;
            if digits <= self.precision
                && adjusted >= self.emin
                && adjusted <= self.emax
                && !(self.clamps && value.exponent > self.etop())
            {
                return value;
            }
        }
        self.finish_slowly(value, status)
    }

    fn finish_slowly(&self, mut value: Decimal, status: &mut Status) -> Decimal {
        match value.kind {
            Kind::Finite => {}
            Kind::Infinity => return value,
            _ => return self.with_payload_cut(value),
        }
        let (etiny, etop) = (self.etiny(), self.etop());
        if value.coefficient.is_zero() {
            let exponent = value.exponent.clamp(etiny, if self.clamps { etop } else { self.emax });
            if exponent != value.exponent {
                *status |= Status::CLAMPED;
                value.exponent = exponent;
            }
            return value;
        }
        let digits = value.coefficient.digits();
        let least = value.exponent + digits - self.precision;
        if least > etop {
            return self.overflow(value.is_negative, status);
        }
        let is_subnormal = least < etiny;
        let least = least.max(etiny);
        if value.exponent < least {
            let surplus = least - value.exponent;
            let is_exact = self.drop_digits(&mut value, surplus);
            if value.coefficient.digits() > self.precision {
                value.coefficient = value.coefficient.split(1).0;
                value.exponent += 1;
            }
            *status |= Status::ROUNDED;
            if value.exponent > etop {
                return self.overflow(value.is_negative, status);
            }
            if is_subnormal {
                *status |= Status::SUBNORMAL;
            }
            if !is_exact {
                *status |= Status::INEXACT;
                if is_subnormal {
                    *status |= Status::UNDERFLOW;
                }
            }
            if value.coefficient.is_zero() {
                *status |= Status::CLAMPED;
            }
            return value;
        }
        if is_subnormal {
            *status |= Status::SUBNORMAL;
        }
        if self.clamps && value.exponent > etop {
            *status |= Status::CLAMPED;
            value.coefficient = value.coefficient.shifted_left(value.exponent - etop);
            value.exponent = etop;
        }
        value
    }

    /// Drops so many digits at the end, rounding. Whether that was exact.
    pub(super) fn drop_digits(&self, value: &mut Decimal, count: i64) -> bool {
        let digits = value.coefficient.digits();
        let (kept, dropped, half) = if count > digits {
            // Less than a tenth of a unit is left.
            let is_zero = value.coefficient.is_zero();
            let below = if is_zero { Coefficient::ZERO } else { Coefficient::ONE };
            (Coefficient::ZERO, below, Coefficient::from(5))
        } else {
            let (kept, dropped) = value.coefficient.split(count);
            let half = if dropped.is_zero() {
                Coefficient::ZERO
            } else {
                power_of_ten(count - 1).times(&Coefficient::from(5))
            };
            (kept, dropped, half)
        };
        value.exponent += count;
        let is_exact = dropped.is_zero();
        let goes_up = !is_exact && self.rounding.goes_up(value.is_negative, &kept, dropped.compare(&half));
        value.coefficient = if goes_up { kept.plus(&Coefficient::ONE) } else { kept };
        is_exact
    }

    /// What stands for a result beyond the largest exponent.
    fn overflow(&self, is_negative: bool, status: &mut Status) -> Decimal {
        *status |= Status::OVERFLOW | Status::INEXACT | Status::ROUNDED;
        let is_infinite = match self.rounding {
            Rounding::Down | Rounding::ZeroFiveUp => false,
            Rounding::Ceiling => !is_negative,
            Rounding::Floor => is_negative,
            _ => true,
        };
        if is_infinite {
            return Decimal::infinity(is_negative);
        }
        match self.largest(is_negative) {
            Some(largest) => largest,
            None => self.invalid(Status::OUT_OF_MEMORY, status),
        }
    }

    /// The largest finite number. `None`: it would not fit in memory.
    pub(super) fn largest(&self, is_negative: bool) -> Option<Decimal> {
        (self.precision <= super::coefficient::MOST_DIGITS).then(|| {
            let nines = power_of_ten(self.precision).minus(&Coefficient::ONE);
            Decimal::new(is_negative, nines, self.etop())
        })
    }
}
