//! `_lzma`: the classes under `lzma`, over liblzma (of the XZ utilities, built with the project).

mod filters;
mod stream;

use crate::streaming::Decompressor;
use filters::Chain;
use liblzma_sys as l;
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type, new_exception};
use python_model::modules::NativeModule;
use python_model::native::{Args, Constructor, NativeDef, bind, def, getter, given};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign, signature};
use python_types::buffer;
use std::cell::{Cell, RefCell};
use stream::{CHECK_UNKNOWN, Stream};

#[derive(Default)]
struct Types {
    error: Cell<Word>,
    contents: Cell<Word>,
}

const FORMAT_AUTO: i64 = 0;
const FORMAT_XZ: i64 = 1;
const FORMAT_ALONE: i64 = 2;
const FORMAT_RAW: i64 = 3;

static CONSTANTS: &[(&str, u64)] = &[
    ("FORMAT_AUTO", FORMAT_AUTO as u64),
    ("FORMAT_XZ", FORMAT_XZ as u64),
    ("FORMAT_ALONE", FORMAT_ALONE as u64),
    ("FORMAT_RAW", FORMAT_RAW as u64),
    ("CHECK_NONE", 0),
    ("CHECK_CRC32", 1),
    ("CHECK_CRC64", 4),
    ("CHECK_SHA256", 10),
    ("CHECK_ID_MAX", 15),
    ("CHECK_UNKNOWN", CHECK_UNKNOWN as u64),
    ("FILTER_LZMA1", l::LZMA_FILTER_LZMA1),
    ("FILTER_LZMA2", l::LZMA_FILTER_LZMA2),
    ("FILTER_DELTA", l::LZMA_FILTER_DELTA),
    ("FILTER_X86", l::LZMA_FILTER_X86),
    ("FILTER_IA64", l::LZMA_FILTER_IA64),
    ("FILTER_ARM", l::LZMA_FILTER_ARM),
    ("FILTER_ARMTHUMB", l::LZMA_FILTER_ARMTHUMB),
    ("FILTER_SPARC", l::LZMA_FILTER_SPARC),
    ("FILTER_POWERPC", l::LZMA_FILTER_POWERPC),
    ("MF_HC3", 3),
    ("MF_HC4", 4),
    ("MF_BT2", 18),
    ("MF_BT3", 19),
    ("MF_BT4", 20),
    ("MODE_FAST", 1),
    ("MODE_NORMAL", 2),
    ("PRESET_DEFAULT", l::LZMA_PRESET_DEFAULT as u64),
    ("PRESET_EXTREME", l::LZMA_PRESET_EXTREME as u64),
];

pub static MODULE: NativeModule = NativeModule {
    name: "_lzma",
    doc: "",
    functions: &[
        def(
            "is_check_supported",
            "($module, check_id, /)",
            "Test whether the given integrity check is supported.\n\nAlways returns True for CHECK_NONE and CHECK_CRC32.",
            |py, a| {
                let check = py.index(a[0])?;
                // SAFETY: a question about a number.
                Ok(bool_word(
                    u32::try_from(check).is_ok_and(|check| unsafe { l::lzma_check_is_supported(check) } != 0),
                ))
            },
        ),
        def(
            "_encode_filter_properties",
            "($module, filter, /)",
            "Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).\n\nThe result does not include the filter ID itself, only the options.",
            |py, a| {
                let mut chain = Chain::default();
                chain.push_spec(py, a[0])?;
                match chain.properties() {
                    Ok(bytes) => py.new_bytes(&bytes),
                    Err(code) => Err(raise(py, code)),
                }
            },
        ),
        def(
            "_decode_filter_properties",
            "($module, filter_id, encoded_props, /)",
            "Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).\n\nThe result does not include the filter ID itself, only the options.",
            |py, a| {
                let bytes = buffer::get(py, a[1])?.to_vec();
                filters::decoded(py, a[0], &bytes)
            },
        ),
    ],
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        crate::filled_once(py, own, &types.contents, |own| {
            for &(name, value) in CONSTANTS {
                dict::set_symbol(py, own, py.intern(name)?, py.uint(value)?)?;
            }
            let error = new_exception(py, "_lzma", "LZMAError", py.ty(Ty::Exception))?;
            py.set_attr(error, py.intern("__doc__")?, py.str("Call to liblzma failed.")?)?;
            types.error.set(py.vm().immortal(error));
            dict::set_symbol(py, own, py.intern("LZMAError")?, error)?;
            let made = |name, doc, constructor: Constructor, methods| -> Result<()> {
                let constructor = Some(constructor);
                let flags = flags::FINAL;
                let class =
                    NativeClass { module: "_lzma", name, doc, base: None, flags, constructor, methods };
                let class = native_type(py, &class)?;
                dict::set_symbol(py, own, py.intern(name)?, class.word())
            };
            made("LZMACompressor", COMPRESSOR_DOC, construct_compressor, COMPRESSOR)?;
            made("LZMADecompressor", DECOMPRESSOR_DOC, construct_decompressor, DECOMPRESSOR)
        })
    },
};

const COMPRESSOR_DOC: &str = "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCreate a compressor object for compressing data incrementally.";
const DECOMPRESSOR_DOC: &str = "Create a decompressor object for decompressing data incrementally.\n\n  format\n    Specifies the container format of the input stream.  If this is\n    FORMAT_AUTO (the default), the decompressor will automatically detect\n    whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with\n    FORMAT_RAW cannot be autodetected.";

fn raise_text(py: Py, text: &str) -> Raised {
    let class = py.vm().state::<Types>().error.get();
    match py.str(text).and_then(|text| py.call(class, &[text])) {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

/// What a code of liblzma raises.
fn raise(py: Py, code: l::lzma_ret) -> Raised {
    match code {
        l::LZMA_UNSUPPORTED_CHECK => raise_text(py, "Unsupported integrity check"),
        l::LZMA_MEM_ERROR => py.out_of_memory(),
        l::LZMA_MEMLIMIT_ERROR => raise_text(py, "Memory usage limit exceeded"),
        l::LZMA_FORMAT_ERROR => raise_text(py, "Input format not supported by decoder"),
        l::LZMA_OPTIONS_ERROR => raise_text(py, "Invalid or unsupported options"),
        l::LZMA_DATA_ERROR => raise_text(py, "Corrupt input data"),
        l::LZMA_BUF_ERROR => raise_text(py, "Insufficient buffer space"),
        l::LZMA_PROG_ERROR => raise_text(py, "Internal error"),
        code => raise_text(py, &format!("Unrecognized error from liblzma: {code}")),
    }
}

struct Compressor {
    /// `None` when it was flushed.
    stream: RefCell<Option<Stream>>,
    /// What the stream may point to.
    _chain: Option<Chain>,
}

fn int(py: Py, value: Word, default: i64) -> Result<i64> {
    if value == UNSET { Ok(default) } else { py.index(value) }
}

fn preset_of(py: Py, value: Word) -> Result<u32> {
    match given(value) {
        None => Ok(l::LZMA_PRESET_DEFAULT),
        Some(preset) => filters::small_unsigned(py, preset),
    }
}

fn construct_compressor(py: Py, class: TypeRef, args: Args) -> Result {
    let [format, check, preset, chain] =
        bind(py, "LZMACompressor", signature!("(format=1, check=-1, preset=None, filters=None)"), args)?;
    if given(preset).is_some() && given(chain).is_some() {
        return Err(py.value_error("Cannot specify both preset and filter chain"));
    }
    let level = preset_of(py, preset)?;
    let (format, check) = (int(py, format, FORMAT_XZ)?, int(py, check, -1)?);
    if format != FORMAT_XZ && check != -1 && check != 0 {
        return Err(py.value_error("Integrity checks are only supported by FORMAT_XZ"));
    }
    let mut parsed = given(chain).map(|chain| Chain::parse(py, chain)).transpose()?;
    let options_error = || raise(py, l::LZMA_OPTIONS_ERROR);
    let stream = match format {
        FORMAT_XZ => {
            let check = if check == -1 { l::LZMA_CHECK_CRC64 } else { check as u32 };
            let mut chain = match parsed.take() {
                Some(chain) => chain,
                None => Chain::preset(level).ok_or_else(options_error)?,
            };
            // SAFETY: a fresh stream, and a chain that lives at least as long as it.
            let stream = Stream::new(|raw| unsafe { l::lzma_stream_encoder(raw, chain.as_ptr(), check) });
            parsed = Some(chain);
            stream
        }
        FORMAT_ALONE => {
            let preset;
            let options = match &parsed {
                Some(chain) => match chain.alone() {
                    Some(options) => options,
                    None => {
                        return Err(py.value_error(
                            "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter",
                        ));
                    }
                },
                None => {
                    preset = filters::preset_options(level)
                        .ok_or_else(|| raise_text(py, &format!("Invalid compression preset: {level}")))?;
                    &*preset
                }
            };
            // SAFETY: as above; the options are copied.
            Stream::new(|raw| unsafe { l::lzma_alone_encoder(raw, options) })
        }
        FORMAT_RAW => match &mut parsed {
            None => return Err(py.value_error("Must specify filters for FORMAT_RAW")),
            // SAFETY: as above.
            Some(chain) => Stream::new(|raw| unsafe { l::lzma_raw_encoder(raw, chain.as_ptr()) }),
        },
        _ => return Err(py.value_error(format!("Invalid container format: {format}"))),
    };
    let stream = stream.map_err(|code| raise(py, code))?;
    Ok(word(foreign::new(py, class, Compressor { stream: RefCell::new(Some(stream)), _chain: parsed })?))
}

fn construct_decompressor(py: Py, class: TypeRef, args: Args) -> Result {
    let [format, limit, chain] =
        bind(py, "LZMADecompressor", signature!("(format=0, memlimit=None, filters=None)"), args)?;
    let format = int(py, format, FORMAT_AUTO)?;
    let limit = match given(limit) {
        None => u64::MAX,
        Some(_) if format == FORMAT_RAW => {
            return Err(py.value_error("Cannot specify memory limit with FORMAT_RAW"));
        }
        Some(limit) => match py.index(limit)? {
            limit if limit < 0 => return Err(py.value_error("Cannot convert negative int")),
            limit => limit as u64,
        },
    };
    if format == FORMAT_RAW && given(chain).is_none() {
        return Err(py.value_error("Must specify filters for FORMAT_RAW"));
    }
    if format != FORMAT_RAW && given(chain).is_some() {
        return Err(py.value_error("Cannot specify filters except with FORMAT_RAW"));
    }
    let tell = l::LZMA_TELL_ANY_CHECK | l::LZMA_TELL_NO_CHECK;
    // SAFETY of all: a fresh stream.
    let stream = match format {
        // SAFETY: see above.
        FORMAT_AUTO => Stream::new(|raw| unsafe { l::lzma_auto_decoder(raw, limit, tell) }),
        // SAFETY: see above.
        FORMAT_XZ => Stream::new(|raw| unsafe { l::lzma_stream_decoder(raw, limit, tell) }),
        // SAFETY: see above.
        FORMAT_ALONE => Stream::new(|raw| unsafe { l::lzma_alone_decoder(raw, limit) }),
        FORMAT_RAW => {
            let mut chain = Chain::parse(py, chain)?;
            // SAFETY: a fresh stream, and a chain whose options are copied.
            Stream::new(|raw| unsafe { l::lzma_raw_decoder(raw, chain.as_ptr()) })
        }
        _ => return Err(py.value_error(format!("Invalid container format: {format}"))),
    };
    let mut stream = stream.map_err(|code| raise(py, code))?;
    if format == FORMAT_ALONE || format == FORMAT_RAW {
        stream.check = l::LZMA_CHECK_NONE;
    }
    Ok(word(foreign::new(py, class, Decompressor::new(stream))?))
}

fn compress(py: Py, own: Word, data: Option<Word>) -> Result {
    let own: &Compressor = foreign::expect(py, own, "an LZMACompressor")?;
    let mut out = Vec::new();
    let mut slot = own.stream.borrow_mut();
    let Some(stream) = slot.as_mut() else {
        let message = if data.is_some() { "Compressor has been flushed" } else { "Repeated call to flush()" };
        return Err(py.value_error(message));
    };
    let result = match data {
        Some(data) => {
            let bytes = buffer::get(py, data)?;
            let result = stream.encode(&bytes, l::LZMA_RUN, &mut out);
            bytes.keep();
            result
        }
        None => {
            let result = stream.encode(&[], l::LZMA_FINISH, &mut out);
            *slot = None;
            result
        }
    };
    result.map_err(|code| raise(py, code))?;
    py.new_bytes(&out)
}

static COMPRESSOR: &[NativeDef] = &[
    def(
        "compress",
        "($self, data, /)",
        "Provide data to the compressor object.\n\nReturns a chunk of compressed data if possible, or b'' otherwise.\n\nWhen you have finished providing data to the compressor, call the\nflush() method to finish the compression process.",
        |py, a| compress(py, a[0], Some(a[1])),
    ),
    def(
        "flush",
        "($self, /)",
        "Finish the compression process.\n\nReturns the compressed data left in internal buffers.\n\nThe compressor object may not be used after this method is called.",
        |py, a| compress(py, a[0], None),
    ),
];

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Decompressor<Stream>> {
    foreign::expect(py, value, "an LZMADecompressor")
}

static DECOMPRESSOR: &[NativeDef] = &[
    def(
        "decompress",
        "($self, /, data, max_length=-1)",
        "Decompress *data*, returning uncompressed data as bytes.",
        |py, a| {
            let own = receiver(py, a[0])?;
            own.decompress(py, a[1], a[2], "Already at end of stream", |code| raise(py, code))
        },
    ),
    getter("check", "ID of the integrity check used by the input stream.", |py, a| {
        py.uint(receiver(py, a[0])?.decoder.borrow().check.into())
    }),
    getter("eof", "True if the end-of-stream marker has been reached.", |py, a| {
        Ok(bool_word(receiver(py, a[0])?.is_at_end.get()))
    }),
    getter(
        "needs_input",
        "True if more input is needed before more decompressed data can be produced.",
        |py, a| Ok(bool_word(receiver(py, a[0])?.needs_input.get())),
    ),
    getter("unused_data", "Data found after the end of the compressed stream.", |py, a| {
        receiver(py, a[0])?.unused_data(py)
    }),
];
