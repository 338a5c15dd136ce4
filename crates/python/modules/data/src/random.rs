//! `_random`: the Mersenne Twister as Python's `random.Random` inherits it. The generator itself is `python_number::mersenne_twister`.

use dashu_int::IBig;
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::names::Name;
use python_model::native::{Args, NativeDef, bind, def};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_model::{dict, foreign, signature};
use python_number::mersenne_twister::MersenneTwister;
use python_text::format::MAX_WIDTH;
use std::cell::{Cell, RefCell};

#[derive(Default)]
struct Types {
    random: Cell<Option<TypeRef>>,
}

struct Random(RefCell<MersenneTwister>);

pub static MODULE: NativeModule = NativeModule {
    name: "_random",
    doc: "Module implements the Mersenne Twister random number generator.",
    functions: &[],
    fill: |py, own| {
        let class = NativeClass {
            module: "_random",
            name: "Random",
            doc: "Random() -> create a random number generator with its own internal state.",
            base: None,
            flags: 0,
            constructor: Some(construct),
            methods: METHODS,
        };
        let class = native_type(py, &class)?;
        py.vm().state::<Types>().random.set(Some(class));
        dict::set_symbol(py, own, py.intern("Random")?, class.word())
    },
};

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let native = py.vm().state::<Types>().random.get().expect("set when the module was made");
    let seed = if class.is(native) {
        bind::<1>(py, "Random", signature!("(x=None, /)"), args)?[0]
    } else {
        // A subclass's `__init__` seeds, perhaps with what has no hash.
        let is_seeded_later = class.lookup(py, Name::Init) != native.lookup(py, Name::Init);
        args.positionals().first().copied().filter(|_| !is_seeded_later).unwrap_or(UNSET)
    };
    let generator = seeded(py, seed)?;
    foreign::new_of(py, class, native, Random(RefCell::new(generator)))
}

/// The generator for a seed: an integer, anything with a hash, or nothing.
fn seeded(py: Py, seed: Word) -> Result<MersenneTwister> {
    if seed == UNSET || seed == NONE {
        use std::hash::{BuildHasher, Hasher};
        // The hasher's keys come from the system's generator.
        let word = || std::collections::hash_map::RandomState::new().build_hasher().finish();
        let key: Vec<u32> = (0..312)
            .flat_map(|_| {
                let w = word();
                [w as u32, (w >> 32) as u32]
            })
            .collect();
        return Ok(MersenneTwister::from_key(&key));
    }
    let magnitude = match V::of(py.base(seed)) {
        V::Int(seed) => IBig::from(seed.unsigned_abs()),
        V::Bool(seed) => IBig::from(u8::from(seed)),
        V::Big(seed) => {
            let (_, magnitude) = (*seed.value).clone().into_parts();
            magnitude.into()
        }
        _ => IBig::from(py.hash(seed)? as u64),
    };
    Ok(MersenneTwister::from_int(&magnitude))
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a RefCell<MersenneTwister>> {
    Ok(&foreign::expect::<Random>(py, value, "a '_random.Random' object")?.0)
}

static METHODS: &[NativeDef] = &[
    def("random", "($self, /)", "random() -> x in the interval [0, 1).", |py, a| {
        Ok(float_word(receiver(py, a[0])?.borrow_mut().random()))
    })
    .contained(),
    def(
        "getrandbits",
        "($self, k, /)",
        "getrandbits(k) -> x.  Generates an int with k random bits.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let count = match V::of(py.to_index(a[1])?) {
                V::Int(count) if count >= 0 => count as u64,
                V::Int(_) => return Err(py.value_error("Cannot convert negative int")),
                V::Big(count) if *count.value < IBig::ZERO => {
                    return Err(py.value_error("Cannot convert negative int"));
                }
                _ => return Err(py.overflow_error("Python int too large to convert to C unsigned long long")),
            };
            if count <= 64 {
                return py.uint(own.borrow_mut().bits_u64(count as u32));
            }
            if count > 8 * MAX_WIDTH as u64 {
                return Err(py.out_of_memory());
            }
            let bits = own.borrow_mut().bits(count as usize);
            py.big_int(bits.into())
        },
    )
    .quiet(),
    def(
        "seed",
        "($self, n=None, /)",
        "seed([n]) -> None.\n\nDefaults to use urandom and falls back to a combination\nof the current time and the process identifier.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let generator = seeded(py, a[1])?;
            *own.borrow_mut() = generator;
            Ok(NONE)
        },
    ),
    def("getstate", "($self, /)", "getstate() -> tuple containing the current state.", |py, a| {
        let own = receiver(py, a[0])?.borrow().clone();
        let (words, next) = own.state();
        let list = py.new_list(words.len() + 1)?;
        for &word in words {
            python_model::py::list_push(py, list, small_int(i64::from(word)))?;
        }
        python_model::py::list_push(py, list, small_int(next as i64))?;
        py.tuple_from_list(list)
    }),
    def("setstate", "($self, state, /)", "setstate(state) -> None.  Restores generator state.", |py, a| {
        let own = receiver(py, a[0])?;
        let Some(state) = py.cast::<Tuple>(a[1]) else {
            return Err(py.type_error("state vector must be a tuple"));
        };
        if state.items().len() != 625 {
            return Err(py.value_error("state vector is the wrong size"));
        }
        let mut words = Vec::with_capacity(624);
        for index in 0..624 {
            let item = state.items()[index].get();
            words.push(match V::of(py.base(item)) {
                V::Int(word) if word >= 0 => word as u32,
                V::Int(_) => return Err(py.overflow_error("can't convert negative value to unsigned int")),
                V::Bool(word) => u32::from(word),
                V::Big(_) => {
                    return Err(py.overflow_error("Python int too large to convert to C unsigned long"));
                }
                _ => return Err(py.type_error("an integer is required")),
            });
        }
        let next = match V::of(py.base(state.items()[624].get())) {
            V::Int(next) => next,
            _ => return Err(py.type_error("an integer is required")),
        };
        match usize::try_from(next).ok().and_then(|next| MersenneTwister::from_state(&words, next)) {
            Some(generator) => {
                *own.borrow_mut() = generator;
                Ok(NONE)
            }
            None => Err(py.value_error("invalid state")),
        }
    }),
];
