//! Words: how a Python value is told apart.

use crate::objects::*;
use heap::{Gc, Layout, Object};
use metatrace_machine::{Encoding, Host, NanBox, WideInt};

pub use metatrace_machine::Word;

pub const UNSET: Word = NanBox::UNSET;
pub const NONE: Word = NanBox::NONE;
pub const TRUE: Word = NanBox::TRUE;
pub const FALSE: Word = NanBox::FALSE;
/// `NotImplemented`.
pub const NOT_IMPLEMENTED: Word = 8;
/// `...`
pub const ELLIPSIS: Word = 16;

/// A value by its layout. Instances of subclasses of builtin types are [`V::Instance`]: see `Cx::base`.
#[derive(Clone, Copy)]
pub enum V {
    Unset,
    None,
    NotImplemented,
    Ellipsis,
    Bool(bool),
    Int(i64),
    Float(f64),
    Big(Gc<BigInt>),
    Str(Gc<Str>),
    Bytes(Gc<Bytes>),
    Tuple(Gc<Tuple>),
    List(Gc<List>),
    Dict(Gc<Dict>),
    Set(Gc<Set>),
    FrozenSet(Gc<FrozenSet>),
    Range(Gc<Range>),
    Slice(Gc<Slice>),
    Function(Gc<Function>),
    Builtin(Gc<Builtin>),
    BoundMethod(Gc<BoundMethod>),
    Type(Gc<Type>),
    Module(Gc<Module>),
    Generator(Gc<Generator>),
    DictView(Gc<DictView>),
    Instance(Gc<Instance>),
    Other(Gc<Object>),
}

/// The heap object in a word, if it is one.
#[inline(always)]
pub fn object(word: Word) -> Option<Gc<Object>> {
    if !NanBox::is_ref(&mut Host, word) {
        return None;
    }
    // SAFETY: the encoding says that the word is a reference, and the program holds it, so the object lives.
    Some(unsafe { Gc::from_address(word as usize) })
}

/// The object in a word, if it has exactly the layout `T`.
#[inline(always)]
pub fn as_object<T: Layout>(word: Word) -> Option<Gc<T>> {
    object(word)?.downcast::<T>()
}

/// The instance in a word.
#[inline(always)]
pub fn as_instance(word: Word) -> Option<Gc<Instance>> {
    let object = object(word)?;
    if object.layout_id().0 < heap::FIRST_DYNAMIC_LAYOUT {
        return None;
    }
    // SAFETY: the only layouts made at run time are those of instances.
    Some(unsafe { object.cast() })
}

#[inline(always)]
pub fn word<T>(object: Gc<T>) -> Word {
    object.address() as Word
}
#[inline(always)]
pub fn float_word(value: f64) -> Word {
    if value.is_nan() {
        return nan_word(value);
    }
    NanBox::box_float(&mut Host, value)
}

/// A quarter of what is no number means other values: what the hardware makes is never there, but bytes of a file may be. Also a signalling one
/// must not get there by being made quiet.
#[cold]
fn nan_word(value: f64) -> Word {
    let quiet = f64::from_bits(value.to_bits() | 1 << 51);
    let boxed = NanBox::box_float(&mut Host, quiet);
    let is_safe = NanBox::is_float(&mut Host, boxed);
    NanBox::box_float(&mut Host, if is_safe { value } else { -f64::NAN })
}
#[inline(always)]
pub fn bool_word(value: bool) -> Word {
    NanBox::box_bool(&mut Host, value)
}
/// An integer of at most 49 bits and a sign.
#[inline(always)]
pub fn small_int(value: i64) -> Word {
    debug_assert!(NanBox::int_fits(&mut Host, value as u64));
    NanBox::box_int(&mut Host, value as u64)
}

/// An `int` (no bool) that fits 64 bits.
#[inline(always)]
pub fn as_i64(value: Word) -> Option<i64> {
    if NanBox::is_int(&mut Host, value) {
        return Some(NanBox::unbox_int(&mut Host, value) as i64);
    }
    as_object::<WideInt>(value).map(|w| w.value.get())
}

impl V {
    #[inline]
    pub fn of(word: Word) -> V {
        let h = &mut Host;
        if NanBox::is_int(h, word) {
            return V::Int(NanBox::unbox_int(h, word) as i64);
        }
        if NanBox::is_float(h, word) {
            return V::Float(NanBox::unbox_float(h, word));
        }
        let Some(object) = object(word) else {
            return match word {
                NONE => V::None,
                TRUE => V::Bool(true),
                FALSE => V::Bool(false),
                NOT_IMPLEMENTED => V::NotImplemented,
                ELLIPSIS => V::Ellipsis,
                _ => V::Unset,
            };
        };
        macro_rules! pick {
            ($($name:ident)*) => {
                match object.layout_id() {
                    // SAFETY: the layout was just compared.
                    $(id if id == <$name as Layout>::ID => V::$name(unsafe { object.cast() }),)*
                    // SAFETY: as above.
                    id if id == <BigInt as Layout>::ID => V::Big(unsafe { object.cast() }),
                    // SAFETY: as above.
                    id if id == <WideInt as Layout>::ID => V::Int(unsafe { object.cast::<WideInt>() }.value.get()),
                    // SAFETY: layouts made at run time are those of instances.
                    id if id.0 >= heap::FIRST_DYNAMIC_LAYOUT => V::Instance(unsafe { object.cast() }),
                    _ => V::Other(object),
                }
            };
        }
        pick!(Str Bytes Tuple List Dict Set FrozenSet Range Slice Function Builtin BoundMethod Type Module Generator DictView)
    }
}
