//! What the optimizer asks of the language and its heap: the coding of tagged words, and facts about constants.
//!
//! The optimizer itself is not generic over the encoding: it would be compiled once per language for the sake of a
//! few constant folds. [`Coding`] is the encoding turned into a table of functions.

use crate::entry::{EntryContract, SpecialEntry};
use heap::LayoutId;
use metatrace_ir::{ArrayKey, Const, FieldKey, Tag};
use metatrace_machine::{CallDescr, Encoding, Host};
use std::rc::Rc;

/// An [`Encoding`] as a table of functions on host words.
#[derive(Clone, Copy, Debug)]
pub struct Coding {
    /// The class of a word; `None` for a word of no class (`none`, `unset`).
    pub tag_of: fn(u64) -> Option<Tag>,
    /// Precondition: the class is `Int`. Likewise below.
    pub unbox_int: fn(u64) -> i64,
    /// Yields the bits of the double.
    pub unbox_float: fn(u64) -> u64,
    pub unbox_bool: fn(u64) -> bool,
    /// `None` when the integer needs a heap box.
    pub box_int: fn(i64) -> Option<u64>,
    /// Takes the bits of the double.
    pub box_float: fn(u64) -> u64,
    pub box_bool: fn(bool) -> u64,
    /// Smallest immediate integer.
    pub int_min: i64,
    /// Largest immediate integer.
    pub int_max: i64,
    /// The word of a slot without a value; fills a field whose object is not complete yet.
    pub unset: u64,
}

impl Coding {
    pub fn of<E: Encoding>() -> Coding {
        let fits = |i: i64| E::int_fits(&mut Host, i as u64);
        // The immediate range is symmetric, -2^k ..= 2^k - 1, in every encoding that reserves tag bits.
        let bits =
            (0..64).take_while(|k| fits(if *k == 63 { i64::MAX } else { (1 << k) - 1 })).last().unwrap_or(0);
        let int_max = if bits == 63 { i64::MAX } else { (1i64 << bits) - 1 };
        assert!(fits(-int_max - 1), "the immediate range of {} is not symmetric", E::NAME);
        Coding {
            tag_of: |v| {
                let h = &mut Host;
                if E::is_int(h, v) {
                    Some(Tag::Int)
                } else if E::is_float(h, v) {
                    Some(Tag::Float)
                } else if E::is_bool(h, v) {
                    Some(Tag::Bool)
                } else if E::is_ref(h, v) {
                    Some(Tag::Ref)
                } else {
                    None
                }
            },
            unbox_int: |v| E::unbox_int(&mut Host, v) as i64,
            unbox_float: |v| E::unbox_float(&mut Host, v).to_bits(),
            unbox_bool: |v| E::unbox_bool(&mut Host, v) != 0,
            box_int: |i| E::int_fits(&mut Host, i as u64).then(|| E::box_int(&mut Host, i as u64)),
            box_float: |bits| E::box_float(&mut Host, f64::from_bits(bits)),
            box_bool: |b| E::box_bool(&mut Host, b),
            int_min: -int_max - 1,
            int_max,
            unset: E::UNSET,
        }
    }
}

/// What holds of every value that a field ever has, in every object: promises of the language. A wrong one makes wrong code.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct FieldFacts {
    /// Kind ref: never null, and the object always has this layout. Lets loads from it leave a loop.
    pub pointee: Option<LayoutId>,
    /// Kind int: a length, or a size. An index that is compared with it as an unsigned number is known not to be negative
    /// either, so that one test of the bounds implies the next.
    pub non_negative: bool,
}

/// What a caller supplies. Every method but `coding` may answer "unknown".
///
/// Addresses are those of the constants in the trace; the answers are read during the call and must hold for as long
/// as the compiled unit lives.
pub trait Env {
    fn coding(&self) -> &Coding;

    /// The value of an immutable field of a constant object.
    fn constant_field(&self, _object: u64, _field: FieldKey) -> Option<Const> {
        None
    }
    /// An item of a constant object whose items are immutable; `None` too when the index is outside.
    fn constant_item(&self, _object: u64, _array: ArrayKey, _index: i64) -> Option<Const> {
        None
    }
    /// The item count of a constant object.
    fn constant_length(&self, _object: u64, _array: ArrayKey) -> Option<i64> {
        None
    }
    /// The layout of a constant object, if that layout is stable.
    fn constant_layout(&self, _object: u64) -> Option<LayoutId> {
        None
    }
    /// See [`FieldFacts`].
    fn field_facts(&self, _field: FieldKey) -> FieldFacts {
        FieldFacts::default()
    }
    /// Whether objects of this layout keep it for life: no `set_layout` and no runtime function changes it. Knowledge
    /// of such layouts survives every call.
    fn layout_is_stable(&self, _layout: LayoutId) -> bool {
        false
    }
    /// The special entry that calls of the function with this generic cell may go to.
    fn special_entry(&self, _generic_cell: u64) -> Option<SpecialEntry> {
        None
    }
    /// The cell of the function's entry with this contract, made if there is none yet: the same one for equal
    /// contracts, and for no other. `None`: calls by this contract are not possible.
    fn entry_cell(&self, _generic_cell: u64, _contract: &Rc<EntryContract>) -> Option<u64> {
        None
    }
    /// The result of an elidable call with constant arguments, when it may be computed now.
    fn fold_call(&self, _callee: &'static CallDescr, _args: &[Const]) -> Option<Const> {
        None
    }
}

/// An [`Env`] that knows the encoding and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct PlainEnv(pub Coding);

impl Env for PlainEnv {
    fn coding(&self) -> &Coding {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use metatrace_machine::NanBox;

    #[test]
    fn the_immediate_range_is_found() {
        let c = Coding::of::<NanBox>();
        assert_eq!((c.int_min, c.int_max), (-(1 << 49), (1 << 49) - 1));
        assert_eq!((c.box_int)(1 << 49), None);
        assert_eq!((c.tag_of)((c.box_int)(-3).expect("fits")), Some(Tag::Int));
        assert_eq!((c.tag_of)(NanBox::NONE), None);
    }
}
