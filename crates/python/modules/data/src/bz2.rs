//! `_bz2`: the classes under `bz2`, over `libbz2-rs-sys` (bzip2 in Rust, with bzip2's C interface).

use crate::streaming::{Decode, Decompressor, next_piece};
use libbz2_rs_sys as b;
use metatrace_machine::Raised;
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{Constructor, NativeDef, bind, def, getter};
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use python_model::{dict, foreign, signature};
use python_types::buffer;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;

#[derive(Default)]
struct Types {
    compressor: Cell<Option<TypeRef>>,
    decompressor: Cell<Option<TypeRef>>,
    contents: Cell<Word>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_bz2",
    doc: "",
    functions: &[],
    fill: |py, own| {
        let types = py.vm().state::<Types>();
        crate::filled_once(py, own, &types.contents, |own| {
            let made = |name, doc, constructor: Constructor, methods| -> Result<TypeRef> {
                let constructor = Some(constructor);
                let flags = flags::FINAL;
                let class =
                    NativeClass { module: "_bz2", name, doc, base: None, flags, constructor, methods };
                let class = native_type(py, &class)?;
                dict::set_symbol(py, own, py.intern(name)?, class.word())?;
                Ok(class)
            };
            types.compressor.set(Some(made(
                "BZ2Compressor",
                COMPRESSOR_DOC,
                construct_compressor,
                COMPRESSOR,
            )?));
            let doc = "Create a decompressor object for decompressing data incrementally.";
            let class = made("BZ2Decompressor", doc, construct_decompressor, DECOMPRESSOR)?;
            types.decompressor.set(Some(class));
            Ok(())
        })
    },
};

const COMPRESSOR_DOC: &str = "Create a compressor object for compressing data incrementally.\n\n  compresslevel\n    Compression level, as a number between 1 and 9.\n\nFor one-shot compression, use the compress() function instead.";

/// Most bytes handed over at once: sizes are 32-bit.
const MOST_AT_ONCE: usize = 1 << 30;

/// A stream of bzip2, one way. Boxed: the state points back at it.
struct Stream {
    raw: Box<b::bz_stream>,
    compresses: bool,
}

impl Stream {
    /// Errors: bzip2's code.
    fn new(compresses: bool, level: c_int) -> std::result::Result<Stream, c_int> {
        let mut raw = Box::new(b::bz_stream::zeroed());
        // SAFETY: a fresh stream at an address that stays.
        let code = unsafe {
            match compresses {
                true => b::BZ2_bzCompressInit(&raw mut *raw, level, 0, 0),
                false => b::BZ2_bzDecompressInit(&raw mut *raw, 0, 0),
            }
        };
        if code == b::BZ_OK { Ok(Stream { raw, compresses }) } else { Err(code) }
    }

    /// One call: how much input it took, and its code. Output is appended.
    fn step(&mut self, input: &[u8], action: c_int, room: usize, out: &mut Vec<u8>) -> (usize, c_int) {
        let filled = out.len();
        out.resize(filled + room, 0);
        self.raw.next_in = input.as_ptr().cast();
        self.raw.avail_in = input.len() as u32;
        self.raw.next_out = out[filled..].as_mut_ptr().cast();
        self.raw.avail_out = room as u32;
        // SAFETY: the stream was set up; input and output are slices of these lengths.
        let code = unsafe {
            match self.compresses {
                true => b::BZ2_bzCompress(&raw mut *self.raw, action),
                false => b::BZ2_bzDecompress(&raw mut *self.raw),
            }
        };
        out.truncate(filled + room - self.raw.avail_out as usize);
        (input.len() - self.raw.avail_in as usize, code)
    }

    /// Compresses all of the input.
    fn compress(&mut self, input: &[u8], action: c_int, out: &mut Vec<u8>) -> std::result::Result<(), c_int> {
        let mut taken = 0;
        loop {
            let piece = &input[taken..input.len().min(taken + MOST_AT_ONCE)];
            if piece.is_empty() && action == b::BZ_RUN {
                return Ok(());
            }
            let (count, code) = self.step(piece, action, next_piece(out.len(), usize::MAX >> 1), out);
            taken += count;
            match code {
                b::BZ_STREAM_END => return Ok(()),
                code if code < 0 => return Err(code),
                _ => {}
            }
        }
    }
}

impl Decode for Stream {
    type Error = c_int;
    const ERRORS_ARE_FINAL: bool = true;

    fn decode(
        &mut self,
        input: &[u8],
        most: usize,
        out: &mut Vec<u8>,
    ) -> std::result::Result<(bool, usize), c_int> {
        let mut taken = 0;
        loop {
            let piece = &input[taken..input.len().min(taken + MOST_AT_ONCE)];
            let room = next_piece(out.len(), most);
            let (count, code) = self.step(piece, 0, room, out);
            taken += count;
            match code {
                b::BZ_STREAM_END => return Ok((true, taken)),
                code if code < 0 => return Err(code),
                _ => {}
            }
            let is_full = self.raw.avail_out == 0;
            if out.len() >= most || taken == input.len() && !is_full {
                return Ok((false, taken));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: set up when it was made, ended once.
        unsafe {
            match self.compresses {
                true => b::BZ2_bzCompressEnd(&raw mut *self.raw),
                false => b::BZ2_bzDecompressEnd(&raw mut *self.raw),
            };
        }
    }
}

fn raise(py: Py, code: c_int) -> Raised {
    match code {
        b::BZ_PARAM_ERROR => py.value_error("Internal error - invalid parameters passed to libbzip2"),
        b::BZ_MEM_ERROR => py.out_of_memory(),
        b::BZ_DATA_ERROR | b::BZ_DATA_ERROR_MAGIC => match py.str("Invalid data stream") {
            Ok(text) => py.raise_with(python_model::types::Ty::OSError, &[text]),
            Err(raised) => raised,
        },
        b::BZ_UNEXPECTED_EOF => {
            py.eof_error("Compressed file ended before the logical end-of-stream was detected")
        }
        b::BZ_SEQUENCE_ERROR => {
            py.runtime_error("Internal error - Invalid sequence of commands sent to libbzip2")
        }
        code => match py.str(&format!("Unrecognized error from libbzip2: {code}")) {
            Ok(text) => py.raise_with(python_model::types::Ty::OSError, &[text]),
            Err(raised) => raised,
        },
    }
}

struct Compressor {
    /// `None` when it was flushed.
    stream: RefCell<Option<Stream>>,
}

fn construct_compressor(py: Py, class: TypeRef, args: python_model::native::Args) -> Result {
    let [level] = bind(py, "BZ2Compressor", signature!("(compresslevel=9, /)"), args)?;
    let level = if level == UNSET { 9 } else { py.index(level)? };
    if !(1..=9).contains(&level) {
        return Err(py.value_error("compresslevel must be between 1 and 9"));
    }
    let stream = Stream::new(true, level as c_int).map_err(|code| raise(py, code))?;
    Ok(word(foreign::new(py, class, Compressor { stream: RefCell::new(Some(stream)) })?))
}

fn construct_decompressor(py: Py, class: TypeRef, args: python_model::native::Args) -> Result {
    let [] = bind(py, "BZ2Decompressor", signature!("()"), args)?;
    let stream = Stream::new(false, 0).map_err(|code| raise(py, code))?;
    Ok(word(foreign::new(py, class, Decompressor::new(stream))?))
}

fn compress(py: Py, own: Word, data: Option<Word>) -> Result {
    let own: &Compressor = foreign::expect(py, own, "a BZ2Compressor")?;
    let mut out = Vec::new();
    let mut slot = own.stream.borrow_mut();
    let Some(stream) = slot.as_mut() else {
        let message = if data.is_some() { "Compressor has been flushed" } else { "Repeated call to flush()" };
        return Err(py.value_error(message));
    };
    match data {
        Some(data) => {
            let bytes = buffer::get(py, data)?;
            let result = stream.compress(&bytes, b::BZ_RUN, &mut out);
            bytes.keep();
            result.map_err(|code| raise(py, code))?;
        }
        None => {
            stream.compress(&[], b::BZ_FINISH, &mut out).map_err(|code| raise(py, code))?;
            *slot = None;
        }
    }
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
    foreign::expect(py, value, "a BZ2Decompressor")
}

static DECOMPRESSOR: &[NativeDef] = &[
    def(
        "decompress",
        "($self, /, data, max_length=-1)",
        "Decompress *data*, returning uncompressed data as bytes.",
        |py, a| {
            let own = receiver(py, a[0])?;
            own.decompress(py, a[1], a[2], "End of stream already reached", |code| raise(py, code))
        },
    ),
    getter("eof", "True if the end-of-stream marker has been reached.", |py, a| {
        Ok(bool_word(receiver(py, a[0])?.is_at_end.get()))
    }),
    getter("unused_data", "Data found after the end of the compressed stream.", |py, a| {
        receiver(py, a[0])?.unused_data(py)
    }),
    getter(
        "needs_input",
        "True if more input is needed before more decompressed data can be produced.",
        |py, a| Ok(bool_word(receiver(py, a[0])?.needs_input.get())),
    ),
];
