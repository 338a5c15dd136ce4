//! Operators by special methods: binary, in-place, comparison, unary.
//!
//! Here is the protocol: which of two operands is asked first, what `NotImplemented` means, and the errors. What `int` or `list` do
//! is in the methods of their types. Arithmetic on small numbers never comes here: the interpreter does it.

use crate::names::Name;
use crate::objects::{Bytes, Str, Tuple};
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::*;
use metatrace_machine::{Encoding, Host, NanBox};

macro_rules! binary_operators {
    ($($variant:ident $symbol:literal $forward:ident $reflected:ident $inplace:ident;)*) => {
        /// The binary operators.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u8)]
        pub enum Binary { $($variant,)* }

        impl Binary {
            pub const ALL: &'static [Binary] = &[$(Binary::$variant,)*];
            pub fn symbol(self) -> &'static str {
                match self { $(Binary::$variant => $symbol,)* }
            }
            /// Names of the three special methods.
            pub fn forward(self) -> Name {
                match self { $(Binary::$variant => Name::$forward,)* }
            }
            pub fn reflected(self) -> Name {
                match self { $(Binary::$variant => Name::$reflected,)* }
            }
            pub fn inplace(self) -> Name {
                match self { $(Binary::$variant => Name::$inplace,)* }
            }
        }
    };
}

binary_operators! {
    Add "+" Add Radd Iadd;
    Sub "-" Sub Rsub Isub;
    Mul "*" Mul Rmul Imul;
    MatMul "@" MatMul RmatMul ImatMul;
    TrueDiv "/" TrueDiv RtrueDiv ItrueDiv;
    Mod "%" Mod Rmod Imod;
    Pow "** or pow()" Pow Rpow Ipow;
    LShift "<<" LShift RlShift IlShift;
    RShift ">>" RShift RrShift IrShift;
    Or "|" Or Ror Ior;
    Xor "^" Xor Rxor Ixor;
    And "&" And Rand Iand;
    FloorDiv "//" FloorDiv RfloorDiv IfloorDiv;
    Divmod "divmod()" Divmod Rdivmod Divmod;
}

/// The comparisons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Comparison {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl Comparison {
    pub const ALL: [Comparison; 6] =
        [Comparison::Lt, Comparison::Le, Comparison::Eq, Comparison::Ne, Comparison::Gt, Comparison::Ge];
    pub fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }
    pub fn name(self) -> Name {
        [Name::Lt, Name::Le, Name::Eq, Name::Ne, Name::Gt, Name::Ge][self as usize]
    }
    /// The comparison with its operands exchanged.
    pub fn swapped(self) -> Comparison {
        use Comparison::*;
        [Gt, Ge, Eq, Ne, Lt, Le][self as usize]
    }
    /// What an ordering of the operands means to this comparison.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        use std::cmp::Ordering::*;
        match self {
            Comparison::Lt => ordering == Less,
            Comparison::Le => ordering != Greater,
            Comparison::Eq => ordering == Equal,
            Comparison::Ne => ordering != Equal,
            Comparison::Gt => ordering == Greater,
            Comparison::Ge => ordering != Less,
        }
    }
    /// The same for floats, where neither may hold.
    pub fn holds_partial(self, ordering: Option<std::cmp::Ordering>) -> bool {
        ordering.map_or(self == Comparison::Ne, |ordering| self.holds(ordering))
    }
}

/// The unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unary {
    Pos,
    Neg,
    Invert,
}

impl<'a> Py<'a> {
    /// `a op b`. Errors: `TypeError` if neither operand can.
    pub fn binary(self, op: Binary, a: Word, b: Word) -> Result {
        if let Some(result) = crate::two_words::binary(self, op, a, b) {
            return result;
        }
        if let Some(result) = self.built_in(op, a, b) {
            return result;
        }
        match self.binary_opt(op, a, b)? {
            NOT_IMPLEMENTED => Err(self.unsupported(op, op.symbol(), a, b)),
            result => Ok(result),
        }
    }

    /// The same; `NotImplemented` if neither operand can.
    pub fn binary_opt(self, op: Binary, a: Word, b: Word) -> Result {
        let (class_a, class_b) = (self.type_of(a), self.type_of(b));
        let forward = class_a.lookup(self, op.forward());
        let reflected = if class_a.is(class_b) { None } else { class_b.lookup(self, op.reflected()) };
        // The right operand goes first if its class is a proper subclass that overrides the method.
        if let Some(method) = reflected
            && class_b.is_subtype(class_a)
            && class_a.lookup(self, op.reflected()) != Some(method)
        {
            let result = self.call_operator(method, b, a)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
            return match forward {
                Some(method) => self.call_operator(method, a, b),
                None => Ok(NOT_IMPLEMENTED),
            };
        }
        if let Some(method) = forward {
            let result = self.call_operator(method, a, b)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        match reflected {
            Some(method) => self.call_operator(method, b, a),
            None => Ok(NOT_IMPLEMENTED),
        }
    }

    fn call_operator(self, method: Word, receiver: Word, other: Word) -> Result {
        // A method that is None says that the class does not have the operation: calling it raises `TypeError`.
        let class = self.type_of(receiver);
        self.call_bound(method, receiver, class, &[other])
    }

    /// `a op b` (`a op= b` if `is_inplace`) when the method of `a` has returned `NotImplemented`, and did not go second.
    pub fn binary_reflected(self, op: Binary, is_inplace: bool, a: Word, b: Word) -> Result {
        let (class_a, class_b) = (self.type_of(a), self.type_of(b));
        if !class_a.is(class_b)
            && let Some(method) = class_b.lookup(self, op.reflected())
        {
            let result = self.call_operator(method, b, a)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        Err(if is_inplace {
            self.unsupported_inplace(op, a, b)
        } else {
            self.unsupported(op, op.symbol(), a, b)
        })
    }

    /// `a op b` of two integers, one of which is big, and of a string that is formatted or repeated: by the function of the left operand's
    /// type, without asking for methods of the other one.
    #[inline]
    fn built_in(self, op: Binary, a: Word, b: Word) -> Option<Result> {
        if let (Some(x), Some(y)) = (as_object::<Bytes>(a), as_object::<Bytes>(b)) {
            return (op == Binary::Add).then(|| self.join_bytes(x, y));
        }
        let is_big = |value: Word| as_object::<crate::objects::BigInt>(value).is_some();
        let is_small = |value: Word| NanBox::is_int(&mut Host, value);
        let ty = if is_big(a) && (is_small(b) || is_big(b)) || is_small(a) && is_big(b) {
            Ty::Int
        } else if as_object::<Str>(a).is_some()
            && matches!(op, Binary::Mod | Binary::Mul)
            && as_instance(b).is_none()
        {
            Ty::Str
        } else {
            return None;
        };
        let method = as_object::<crate::objects::Builtin>(self.ty(ty).lookup(self, op.forward())?)?;
        let result = method.call_positional(self, &[a, b]);
        (!matches!(result, Ok(NOT_IMPLEMENTED))).then_some(result)
    }

    /// `a op= b`
    pub fn inplace(self, op: Binary, a: Word, b: Word) -> Result {
        if let Some(result) = crate::two_words::binary(self, op, a, b) {
            return result;
        }
        if let Some(result) = self.built_in(op, a, b) {
            return result;
        }
        let class = self.type_of(a);
        if let Some(method) = class.lookup(self, op.inplace())
            && !self.goes_before_sequence(op, method, b)
        {
            let result = self.call_operator(method, a, b)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        self.inplace_refused(op, a, b)
    }

    /// Whether the operand to the right of `+=` or `*=` is asked before a built-in sequence is: its class has a method for numbers.
    fn goes_before_sequence(self, op: Binary, method: Word, b: Word) -> bool {
        let is_function = |method: Word| as_object::<crate::objects::Function>(method).is_some();
        matches!(op, Binary::Add | Binary::Mul)
            && !is_function(method)
            && self.type_of(b).lookup(self, op.reflected()).is_some_and(is_function)
    }

    /// `a op= b` when `a` has no method for that, or one that has returned `NotImplemented`.
    pub fn inplace_refused(self, op: Binary, a: Word, b: Word) -> Result {
        match self.binary_opt(op, a, b)? {
            NOT_IMPLEMENTED => Err(self.unsupported_inplace(op, a, b)),
            result => Ok(result),
        }
    }

    #[cold]
    fn unsupported_inplace(self, op: Binary, a: Word, b: Word) -> metatrace_machine::Raised {
        let symbol = if op == Binary::Pow { "**=".into() } else { format!("{}=", op.symbol()) };
        self.unsupported(op, &symbol, a, b)
    }

    #[cold]
    fn unsupported(self, op: Binary, symbol: &str, a: Word, b: Word) -> metatrace_machine::Raised {
        // Sequences explain themselves.
        if op == Binary::Mul {
            let is_sequence = |value: Word| {
                matches!(V::of(self.base(value)), V::Str(_) | V::Bytes(_) | V::List(_) | V::Tuple(_))
                    || self.cast::<crate::objects::ByteArray>(value).is_some()
            };
            for (sequence, other) in [(a, b), (b, a)] {
                if is_sequence(sequence) {
                    return self.type_error(format!(
                        "can't multiply sequence by non-int of type '{}'",
                        self.type_name(other)
                    ));
                }
            }
        }
        self.type_error(format!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            self.type_name(a),
            self.type_name(b)
        ))
    }

    /// `a op b` for a comparison: whatever the method returns.
    pub fn compare(self, op: Comparison, a: Word, b: Word) -> Result {
        if let Some((x, y)) = crate::two_words::both(a, b) {
            return Ok(bool_word(op.holds(x.cmp(&y))));
        }
        if let (Some(x), Some(y)) = (as_object::<Tuple>(a), as_object::<Tuple>(b))
            && let Some(order) = self.plain_order(x, y)
        {
            return Ok(bool_word(op.holds(order)));
        }
        if let (Some(x), Some(y)) = (as_object::<Str>(a), as_object::<Str>(b)) {
            // WTF-8 orders like code points.
            return Ok(bool_word(match op {
                Comparison::Eq => x.as_bytes() == y.as_bytes(),
                Comparison::Ne => x.as_bytes() != y.as_bytes(),
                _ => op.holds(x.as_bytes().cmp(y.as_bytes())),
            }));
        }
        if op == Comparison::Eq
            && let Some(result) = self.are_alike(a, b)
        {
            return result.map(bool_word);
        }
        let (class_a, class_b) = (self.type_of(a), self.type_of(b));
        let forward = class_a.lookup(self, op.name());
        let reflected = || class_b.lookup(self, op.swapped().name());
        let mut tried_reflected = false;
        if !class_a.is(class_b)
            && class_b.is_subtype(class_a)
            && let Some(method) = reflected()
        {
            tried_reflected = true;
            let result = self.call_operator(method, b, a)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        if let Some(method) = forward {
            let result = self.call_operator(method, a, b)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        if tried_reflected { self.compare_refused(op, a, b) } else { self.compare_reflected(op, a, b) }
    }

    /// The same when the method of `a` has returned `NotImplemented`, and did not go second.
    pub fn compare_reflected(self, op: Comparison, a: Word, b: Word) -> Result {
        if let Some(method) = self.type_of(b).lookup(self, op.swapped().name()) {
            let result = self.call_operator(method, b, a)?;
            if result != NOT_IMPLEMENTED {
                return Ok(result);
            }
        }
        self.compare_refused(op, a, b)
    }

    /// What a comparison is that neither operand knows.
    pub fn compare_refused(self, op: Comparison, a: Word, b: Word) -> Result {
        match op {
            Comparison::Eq => Ok(bool_word(self.is_same(a, b))),
            Comparison::Ne => Ok(bool_word(!self.is_same(a, b))),
            _ => Err(self.type_error(format!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                self.type_of(a).message_name(),
                self.type_of(b).message_name()
            ))),
        }
    }

    /// Whether `a op b`.
    pub fn holds(self, op: Comparison, a: Word, b: Word) -> Result<bool> {
        match (V::of(a), V::of(b)) {
            (V::Int(x), V::Int(y)) => Ok(op.holds(x.cmp(&y))),
            (V::Float(x), V::Float(y)) => Ok(op.holds_partial(x.partial_cmp(&y))),
            (V::Str(x), V::Str(y)) => Ok(op.holds(x.as_bytes().cmp(y.as_bytes()))),
            _ => {
                let result = self.compare(op, a, b)?;
                self.truth(result)
            }
        }
    }

    /// `+a`, `-a`, `~a`
    pub fn unary(self, op: Unary, a: Word) -> Result {
        let (name, symbol) = match op {
            Unary::Pos => (Name::Pos, "+"),
            Unary::Neg => (Name::Neg, "-"),
            Unary::Invert => (Name::Invert, "~"),
        };
        match self.call_special(a, name, &[])? {
            Some(result) => Ok(result),
            None => {
                Err(self.type_error(format!("bad operand type for unary {symbol}: '{}'", self.type_name(a))))
            }
        }
    }
}
