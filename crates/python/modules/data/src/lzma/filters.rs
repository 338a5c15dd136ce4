//! Chains of filters: Python's dicts as liblzma's structures, and back.

use liblzma_sys as l;
use python_model::dict;
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use std::ffi::c_void;

/// liblzma's limit.
const MOST_FILTERS: usize = 4;
/// The identifier that ends a chain.
const END: u64 = u64::MAX;

/// Options of one filter, which the chain points to.
enum Options {
    Lzma(Box<l::lzma_options_lzma>),
    Delta(Box<l::lzma_options_delta>),
    Branch(Box<l::lzma_options_bcj>),
}

/// A chain with the options that it points to.
#[derive(Default)]
pub struct Chain {
    filters: Vec<l::lzma_filter>,
    options: Vec<Options>,
}

fn zeroed<T>() -> Box<T> {
    // SAFETY: liblzma's options are structures of numbers and pointers for which zeros are the defaults.
    Box::new(unsafe { std::mem::zeroed() })
}

/// LZMA with a preset. `None`: there is no such preset.
pub fn preset_options(preset: u32) -> Option<Box<l::lzma_options_lzma>> {
    let mut options = zeroed::<l::lzma_options_lzma>();
    // SAFETY: fills the options.
    (unsafe { l::lzma_lzma_preset(&raw mut *options, preset) } == 0).then_some(options)
}

impl Chain {
    fn push(&mut self, id: u64, options: Options) {
        self.options.push(options);
        let pointer: *mut c_void = match self.options.last_mut() {
            Some(Options::Lzma(options)) => (&raw mut **options).cast(),
            Some(Options::Delta(options)) => (&raw mut **options).cast(),
            Some(Options::Branch(options)) => (&raw mut **options).cast(),
            None => std::ptr::null_mut(),
        };
        self.filters.push(l::lzma_filter { id, options: pointer });
    }

    /// The chain as liblzma takes it, ended.
    pub fn as_ptr(&mut self) -> *const l::lzma_filter {
        if self.filters.last().is_none_or(|last| last.id != END) {
            self.filters.push(l::lzma_filter { id: END, options: std::ptr::null_mut() });
        }
        self.filters.as_ptr()
    }

    /// LZMA2 with a preset. `None`: there is no such preset.
    pub fn preset(preset: u32) -> Option<Chain> {
        let mut chain = Chain::default();
        chain.push(l::LZMA_FILTER_LZMA2, Options::Lzma(preset_options(preset)?));
        Some(chain)
    }

    /// The options, if the chain is LZMA1 alone: what the format before xz can have.
    pub fn alone(&self) -> Option<&l::lzma_options_lzma> {
        match (self.options.as_slice(), self.filters.first()) {
            ([Options::Lzma(options)], Some(filter)) if filter.id == l::LZMA_FILTER_LZMA1 => Some(options),
            _ => None,
        }
    }

    /// The chain of a sequence of dicts. Errors: `TypeError`, `ValueError`, `LZMAError`.
    pub fn parse(py: Py, specs: Word) -> Result<Chain> {
        if dict::plain(py, specs).is_some() {
            return Err(py.type_error("dict is not a sequence"));
        }
        let specs = py.list_from_iterable(specs)?;
        if specs.len() > MOST_FILTERS {
            return Err(
                py.value_error(format!("Too many filters - liblzma supports a maximum of {MOST_FILTERS}"))
            );
        }
        let mut chain = Chain::default();
        for at in 0..specs.len() {
            chain.push_spec(py, specs.item(at))?;
        }
        Ok(chain)
    }

    /// Adds the filter of a dict.
    pub fn push_spec(&mut self, py: Py, spec: Word) -> Result<()> {
        if py.type_of(spec).lookup(py, python_model::names::Name::GetItem).is_none() {
            return Err(py.type_error("Filter specifier must be a dict or dict-like object"));
        }
        let spec = match py.cast::<Dict>(spec) {
            Some(spec) => spec,
            None => {
                py.get_item(spec, py.str("id")?)?;
                let made = py.call(py.ty(Ty::Dict).word(), &[spec])?;
                py.cast(made).expect("a call of dict makes one")
            }
        };
        let Some(id) = dict::get(py, spec, py.str("id")?)? else {
            return Err(py.value_error("Filter specifier must have an \"id\" entry"));
        };
        let id = unsigned(py, id)?;
        match id {
            l::LZMA_FILTER_LZMA1 | l::LZMA_FILTER_LZMA2 => self.push_lzma(py, id, spec),
            l::LZMA_FILTER_DELTA => {
                let mut options = zeroed::<l::lzma_options_delta>();
                options.dist = 1;
                fields(py, spec, "delta", &mut [("dist", &mut options.dist)])?;
                self.push(id, Options::Delta(options));
                Ok(())
            }
            l::LZMA_FILTER_X86..=l::LZMA_FILTER_SPARC => {
                let mut options = zeroed::<l::lzma_options_bcj>();
                fields(py, spec, "BCJ", &mut [("start_offset", &mut options.start_offset)])?;
                self.push(id, Options::Branch(options));
                Ok(())
            }
            _ => Err(py.value_error(format!("Invalid filter ID: {id}"))),
        }
    }

    fn push_lzma(&mut self, py: Py, id: u64, spec: heap::Gc<Dict>) -> Result<()> {
        let preset = match dict::get(py, spec, py.str("preset")?)? {
            None => l::LZMA_PRESET_DEFAULT,
            Some(preset) => small_unsigned(py, preset)?,
        };
        let Some(mut options) = preset_options(preset) else {
            return Err(super::raise_text(py, &format!("Invalid compression preset: {preset}")));
        };
        let mut ignored = 0;
        let o = &mut *options;
        let (mut mode, mut mf) = (o.mode, o.mf);
        fields(
            py,
            spec,
            "LZMA",
            &mut [
                ("preset", &mut ignored),
                ("dict_size", &mut o.dict_size),
                ("lc", &mut o.lc),
                ("lp", &mut o.lp),
                ("pb", &mut o.pb),
                ("mode", &mut mode),
                ("nice_len", &mut o.nice_len),
                ("mf", &mut mf),
                ("depth", &mut o.depth),
            ],
        )?;
        o.mode = mode;
        o.mf = mf;
        self.push(id, Options::Lzma(options));
        Ok(())
    }

    /// The properties of the first filter, as they stand in a file. Errors: liblzma's code.
    pub fn properties(&self) -> std::result::Result<Vec<u8>, l::lzma_ret> {
        let mut size = 0;
        // SAFETY: the chain has a filter, whose options live as long as it does.
        let code = unsafe { l::lzma_properties_size(&mut size, self.filters.as_ptr()) };
        if code != l::LZMA_OK {
            return Err(code);
        }
        let mut bytes = vec![0; size as usize];
        // SAFETY: as above, and room for as many bytes as were asked for.
        let code = unsafe { l::lzma_properties_encode(self.filters.as_ptr(), bytes.as_mut_ptr()) };
        if code == l::LZMA_OK { Ok(bytes) } else { Err(code) }
    }
}

fn unsigned(py: Py, value: Word) -> Result<u64> {
    match V::of(py.base(value)) {
        V::Int(value) if value < 0 => Err(py.value_error("Cannot convert negative int")),
        V::Big(_) => Err(py.overflow_error("Python int too large to convert to C unsigned long long")),
        _ => Ok(py.index(value)? as u64),
    }
}

/// An argument of 32 bits. Errors: `ValueError`, `OverflowError`.
pub fn small_unsigned(py: Py, value: Word) -> Result<u32> {
    u32::try_from(unsigned(py, value)?).map_err(|_| py.overflow_error("Python int too large for C uint32_t"))
}

/// Reads entries of a dict into fields; `id` stands beside them. Errors: `ValueError` for other entries.
fn fields(py: Py, spec: heap::Gc<Dict>, kind: &str, known: &mut [(&str, &mut u32)]) -> Result<()> {
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(spec, at) {
        at = entry + 1;
        let name = py.as_str(key).map(|key| key.to_text()).unwrap_or_default();
        if name == "id" {
            continue;
        }
        let Some((_, field)) = known.iter_mut().find(|(field, _)| *field == name) else {
            return Err(py.value_error(format!("Invalid filter specifier for {kind} filter")));
        };
        **field = small_unsigned(py, value)?;
    }
    Ok(())
}

/// The dict of a filter with encoded properties. Errors: `LZMAError`.
pub fn decoded(py: Py, id: Word, properties: &[u8]) -> Result {
    let id = unsigned(py, id)?;
    let mut filter = l::lzma_filter { id, options: std::ptr::null_mut() };
    // SAFETY: the properties are bytes of that length; liblzma allocates the options by `malloc`.
    let code = unsafe {
        l::lzma_properties_decode(&mut filter, std::ptr::null(), properties.as_ptr(), properties.len())
    };
    if code != l::LZMA_OK {
        return Err(super::raise(py, code));
    }
    let made = dict::new(py)?;
    let set = |name: &str, value: u64| dict::set(py, made, py.str(name)?, py.uint(value)?);
    let read = || -> Result<()> {
        set("id", id)?;
        if filter.options.is_null() {
            return Ok(());
        }
        match id {
            l::LZMA_FILTER_LZMA1 | l::LZMA_FILTER_LZMA2 => {
                // SAFETY: options of this filter, made just now.
                let options = unsafe { &*filter.options.cast::<l::lzma_options_lzma>() };
                if id == l::LZMA_FILTER_LZMA1 {
                    set("lc", options.lc.into())?;
                    set("lp", options.lp.into())?;
                    set("pb", options.pb.into())?;
                }
                set("dict_size", options.dict_size.into())
            }
            l::LZMA_FILTER_DELTA => {
                // SAFETY: as above.
                set("dist", unsafe { &*filter.options.cast::<l::lzma_options_delta>() }.dist.into())
            }
            _ => {
                // SAFETY: as above.
                let options = unsafe { &*filter.options.cast::<l::lzma_options_bcj>() };
                set("start_offset", options.start_offset.into())
            }
        }
    };
    let result = read();
    let mut chain = [filter, l::lzma_filter { id: END, options: std::ptr::null_mut() }];
    // SAFETY: frees what the decoding allocated, once.
    unsafe { l::lzma_filters_free(chain.as_mut_ptr(), std::ptr::null()) };
    result.map(|()| word(made))
}
