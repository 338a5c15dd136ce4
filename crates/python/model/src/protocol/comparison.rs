//! Truth, identity and equality, and hashes.

use super::*;

impl<'a> Py<'a> {
    /// `bool(value)`
    pub fn truth(self, value: Word) -> Result<bool> {
        match value {
            TRUE => return Ok(true),
            FALSE | NONE => return Ok(false),
            _ => {}
        }
        Ok(match V::of(value) {
            V::Bool(b) => b,
            V::None => false,
            V::Int(i) => i != 0,
            V::Float(f) => f != 0.0,
            V::Big(_) => true,
            V::Str(s) => !s.is_empty(),
            V::Bytes(b) => b.size.get() != 0,
            V::Tuple(t) => t.length.get() != 0,
            V::List(l) => !l.is_empty(),
            V::Dict(d) => dict::len(d) != 0,
            V::Set(s) => set_len(s.table.get()) != 0,
            V::FrozenSet(s) => set_len(s.table.get()) != 0,
            V::Function(_) | V::Builtin(_) | V::BoundMethod(_) | V::Ellipsis => true,
            _ => return self.truth_by_class(value),
        })
    }

    pub(super) fn truth_by_class(self, value: Word) -> Result<bool> {
        if let Some(result) = self.call_special(value, Name::Bool, &[])? {
            return match result {
                TRUE => Ok(true),
                FALSE => Ok(false),
                other => Err(self
                    .type_error(format!("__bool__ should return bool, returned {}", self.type_name(other)))),
            };
        }
        match self.len_opt(value)? {
            Some(length) => Ok(length != 0),
            None => Ok(true),
        }
    }

    /// `a is b`: numbers go by value.
    #[inline]
    pub fn is_same(self, a: Word, b: Word) -> bool {
        if a == b {
            return true;
        }
        match (V::of(a), V::of(b)) {
            (V::Int(x), V::Int(y)) => x == y,
            (V::Big(x), V::Big(y)) => *x.value == *y.value,
            _ => false,
        }
    }

    /// `a is b or a == b`, as containers compare their items.
    #[inline(always)]
    pub fn is_equal(self, a: Word, b: Word) -> Result<bool> {
        // Identity comes first, even for NaN.
        if a == b {
            return Ok(true);
        }
        if NanBox::both_ints(a, b) {
            return Ok(false);
        }
        self.is_equal_other(a, b)
    }

    /// The same for what are not two small integers, and not the same.
    pub(super) fn is_equal_other(self, a: Word, b: Word) -> Result<bool> {
        if let (Some(x), Some(y)) = (as_object::<Str>(a), as_object::<Str>(b)) {
            return Ok(x.as_bytes() == y.as_bytes());
        }
        if let (Some(x), Some(y)) = (as_object::<Tuple>(a), as_object::<Tuple>(b)) {
            return self.equal_tuples(x, y);
        }
        match (V::of(a), V::of(b)) {
            (V::Int(x), V::Int(y)) => Ok(x == y),
            (V::Float(x), V::Float(y)) => Ok(x == y),
            (V::Str(x), V::Str(y)) => Ok(x.as_bytes() == y.as_bytes()),
            (V::Bytes(x), V::Bytes(y)) => Ok(x.items() == y.items()),
            (V::None, _) | (_, V::None) if as_instance(a).is_none() && as_instance(b).is_none() => Ok(false),
            _ => {
                if let Some(result) = self.are_alike(a, b) {
                    return result;
                }
                let result = self.compare(Comparison::Eq, a, b)?;
                self.truth(result)
            }
        }
    }

    /// Whether two objects are equal whose classes compare by identity, or as tuples; `None`: others, whose methods are to be asked.
    pub fn are_alike(self, a: Word, b: Word) -> Option<Result<bool>> {
        let (x, y) = (as_instance(a)?, as_instance(b)?);
        match (self.type_of(a).likeness(self).1, self.type_of(b).likeness(self).1) {
            (Likeness::Identity, Likeness::Identity) => Some(Ok(a == b)),
            (Likeness::Tuple, Likeness::Tuple) => {
                let (x, y) = (as_object::<Tuple>(x.payload.get())?, as_object::<Tuple>(y.payload.get())?);
                Some(self.equal_tuples(x, y))
            }
            _ => None,
        }
    }

    pub(super) fn equal_tuples(self, a: Gc<Tuple>, b: Gc<Tuple>) -> Result<bool> {
        if self.native_stack_is_low() {
            return Err(self.recursion_error("maximum recursion depth exceeded in comparison"));
        }
        if a.items().len() != b.items().len() {
            return Ok(false);
        }
        for (x, y) in a.items().iter().zip(b.items()) {
            if !self.is_equal(x.get(), y.get())? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// How two tuples are ordered, if small integers, floats and strings decide that. `None`: the general way does, NaN among it.
    pub fn plain_order(self, a: Gc<Tuple>, b: Gc<Tuple>) -> Option<std::cmp::Ordering> {
        let h = &mut Host;
        for (x, y) in a.items().iter().zip(b.items()) {
            let (x, y) = (x.get(), y.get());
            if x == y {
                continue;
            }
            let order = if NanBox::both_ints(x, y) {
                (NanBox::unbox_int(h, x) as i64).cmp(&(NanBox::unbox_int(h, y) as i64))
            } else if NanBox::is_float(h, x) && NanBox::is_float(h, y) {
                NanBox::unbox_float(h, x).partial_cmp(&NanBox::unbox_float(h, y))?
            } else {
                // WTF-8 is ordered as its code points are.
                as_object::<Str>(x)?.as_bytes().cmp(as_object::<Str>(y)?.as_bytes())
            };
            if order.is_ne() {
                return Some(order);
            }
        }
        Some(a.items().len().cmp(&b.items().len()))
    }

    /// `hash(value)`. Errors: `TypeError` if it has none.
    #[inline]
    pub fn hash(self, value: Word) -> Result<i64> {
        if let Some(text) = as_object::<Str>(value) {
            return Ok(self.hash_str(text));
        }
        if NanBox::is_int(&mut Host, value) {
            return Ok(python_number::hash::hash_i64(NanBox::unbox_int(&mut Host, value) as i64));
        }
        self.hash_other(value)
    }

    /// The hash of what is no string and no small integer.
    pub(super) fn hash_other(self, value: Word) -> Result<i64> {
        if let Some(tuple) = as_object::<Tuple>(value) {
            return self.hash_tuple(tuple);
        }
        Ok(match V::of(value) {
            V::Str(s) => self.hash_str(s),
            V::Int(i) => python_number::hash::hash_i64(i),
            V::Bool(b) => i64::from(b),
            V::Float(f) => python_number::hash::hash_f64(f, hash_address(value as usize)),
            V::None => 0xFCA8_6420,
            V::Bytes(b) => {
                if b.hash.get() == 0 {
                    b.hash.set(python_number::hash::hash_bytes(self.vm().hash_secret, b.items()));
                }
                b.hash.get()
            }
            V::Big(big) => python_number::hash::hash_int(&big.value),
            _ => return self.hash_by_class(value),
        })
    }

    pub(super) fn hash_by_class(self, value: Word) -> Result<i64> {
        let class = self.type_of(value);
        // Classes, objects that compare by identity, and named tuples are keys as often as numbers are.
        match class.likeness(self).0 {
            Likeness::Identity => return Ok(self.hash_identity(value)),
            Likeness::Tuple => {
                if let Some(tuple) = self.cast::<Tuple>(value) {
                    return self.hash_tuple(tuple);
                }
            }
            Likeness::Plain | Likeness::Other => {}
        }
        let method = class.lookup(self, Name::Hash).unwrap_or(NONE);
        if method == NONE {
            return Err(self.type_error(format!("unhashable type: '{}'", class.message_name())));
        }
        let result = self.call_bound(method, value, class, &[])?;
        match V::of(self.base(result)) {
            V::Int(hash) => Ok(if hash == -1 { -2 } else { hash }),
            V::Big(_) => self.hash(self.base(result)),
            V::Bool(b) => Ok(i64::from(b)),
            _ => Err(self.type_error("__hash__ method should return an integer")),
        }
    }

    /// CPython's tuple hash (a simplified xxHash).
    pub(super) fn hash_tuple(self, tuple: Gc<Tuple>) -> Result<i64> {
        const P1: u64 = 11_400_714_785_074_694_791;
        const P2: u64 = 14_029_467_366_897_019_727;
        const P5: u64 = 2_870_177_450_012_600_261;
        let mut acc = P5;
        for item in tuple.items() {
            let item = item.get();
            if as_object::<Tuple>(item).is_some() && self.native_stack_is_low() {
                return Err(self.recursion_error("maximum recursion depth exceeded while hashing a tuple"));
            }
            let lane = self.hash(item)? as u64;
            acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
        }
        acc = acc.wrapping_add(tuple.items().len() as u64 ^ (P5 ^ 3_527_539));
        Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as i64 })
    }

    /// `object.__hash__`: by identity.
    pub fn hash_identity(self, value: Word) -> i64 {
        match object(value) {
            Some(object) => hash_address(heap::identity(object)),
            None => hash_address(value as usize),
        }
    }

    /// `id(value)`
    pub fn id(self, value: Word) -> Result {
        match V::of(value) {
            V::Int(_) | V::Float(_) | V::Big(_) => self.uint(value_identity(self, value)),
            _ => match object(value) {
                Some(object) => self.uint(heap::identity(object) as u64),
                None => self.uint(value),
            },
        }
    }
}
