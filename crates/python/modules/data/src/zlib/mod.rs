//! `zlib`: one-shot functions and stream objects over [`stream::Stream`].
//!
//! Compressed bytes may differ from those of another zlib for the same input; they decompress to the same.

mod stream;

use crate::binascii;
use heap::Gc;
use metatrace_machine::Raised;
use python_model::class::{self, NativeClass, native_type};
use python_model::foreign::{self, put, words};
use python_model::modules::NativeModule;
use python_model::native::{Args, Constructor, NativeDef, bind, def, getter};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef, flags};
use python_model::value::*;
use python_model::{dict, signature};
use python_text::checksum;
use python_types::buffer;
use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use stream::{End, Failure, Stream};

#[derive(Default)]
struct State {
    /// `zlib.error`
    error: Cell<Word>,
    compress: Cell<Option<TypeRef>>,
    decompress: Cell<Option<TypeRef>>,
    decompressor: Cell<Option<TypeRef>>,
}

const MAX_WBITS: i64 = 15;
const DEF_BUF_SIZE: i64 = 16_384;

static CONSTANTS: &[(&str, i64)] = &[
    ("MAX_WBITS", MAX_WBITS),
    ("DEFLATED", 8),
    ("DEF_MEM_LEVEL", 8),
    ("DEF_BUF_SIZE", DEF_BUF_SIZE),
    ("Z_NO_COMPRESSION", 0),
    ("Z_BEST_SPEED", 1),
    ("Z_BEST_COMPRESSION", 9),
    ("Z_DEFAULT_COMPRESSION", -1),
    ("Z_FILTERED", 1),
    ("Z_HUFFMAN_ONLY", 2),
    ("Z_RLE", 3),
    ("Z_FIXED", 4),
    ("Z_DEFAULT_STRATEGY", 0),
    ("Z_NO_FLUSH", 0),
    ("Z_PARTIAL_FLUSH", 1),
    ("Z_SYNC_FLUSH", 2),
    ("Z_FULL_FLUSH", 3),
    ("Z_FINISH", FINISH as i64),
    ("Z_BLOCK", 5),
    ("Z_TREES", 6),
];
const SYNC_FLUSH: c_int = 2;
const FINISH: c_int = 4;
const STREAM_ERROR: c_int = -2;
const BUF_ERROR: c_int = -5;

pub static MODULE: NativeModule = NativeModule {
    name: "zlib",
    doc: "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.\n",
    functions: FUNCTIONS,
    fill: |py, own| {
        let state = py.vm().state::<State>();
        let error = class::new_exception(py, "zlib", "error", py.ty(Ty::Exception))?;
        state.error.set(py.vm().immortal(error));
        dict::set_symbol(py, own, py.intern("error")?, error)?;
        for &(name, value) in CONSTANTS {
            dict::set_symbol(py, own, py.intern(name)?, small_int(value))?;
        }
        let version = py.str(&stream::version())?;
        dict::set_symbol(py, own, py.intern("ZLIB_VERSION")?, version)?;
        dict::set_symbol(py, own, py.intern("ZLIB_RUNTIME_VERSION")?, version)?;
        let made = |name, constructor: Option<Constructor>, methods| {
            let flags = flags::FINAL | if constructor.is_none() { flags::NO_CONSTRUCTOR } else { 0 };
            native_type(
                py,
                &NativeClass { module: "zlib", name, doc: "", base: None, flags, constructor, methods },
            )
        };
        state.compress.set(Some(made("Compress", None, COMPRESS)?));
        state.decompress.set(Some(made("Decompress", None, DECOMPRESS)?));
        let decompressor = made("_ZlibDecompressor", Some(construct_decompressor), DECOMPRESSOR)?;
        state.decompressor.set(Some(decompressor));
        dict::set_symbol(py, own, py.intern("_ZlibDecompressor")?, decompressor.word())
    },
};

fn raise_text(py: Py, text: &str) -> Raised {
    let class = py.vm().state::<State>().error.get();
    match py.str(text).and_then(|text| py.call(class, &[text])) {
        Ok(exception) => py.raise(exception),
        Err(raised) => raised,
    }
}

fn raise(py: Py, failure: Failure, doing: &str) -> Raised {
    let Failure { code, message } = failure;
    let message = message.or_else(|| {
        let text = match code {
            BUF_ERROR => "incomplete or truncated stream",
            STREAM_ERROR => "inconsistent stream state",
            -3 => "invalid input data",
            _ => return None,
        };
        Some(text.to_owned())
    });
    match message {
        Some(message) => raise_text(py, &format!("Error {code} {doing}: {message}")),
        None => raise_text(py, &format!("Error {code} {doing}")),
    }
}

fn int_argument(py: Py, value: Word, default: i64) -> Result<c_int> {
    let value = if value == UNSET { default } else { py.index(value)? };
    c_int::try_from(value).map_err(|_| {
        let side = if value < 0 { "less than minimum" } else { "greater than maximum" };
        py.overflow_error(format!("signed integer is {side}"))
    })
}

/// The most bytes of output: 0 is none.
fn length_argument(py: Py, value: Word, none: i64) -> Result<usize> {
    let length = if value == UNSET { none } else { py.index(value)? };
    if length < 0 && none >= 0 {
        return Err(py.value_error("max_length must be non-negative"));
    }
    Ok(if length == none { usize::MAX >> 1 } else { length as usize })
}

fn compress(py: Py, a: &[Word]) -> Result {
    let (level, window) = (int_argument(py, a[1], -1)?, int_argument(py, a[2], MAX_WBITS)?);
    let bytes = buffer::get(py, a[0])?;
    let mut stream = match Stream::compress(level, 8, window, 8, 0) {
        Ok(stream) => stream,
        Err(Failure { code: STREAM_ERROR, .. }) => return Err(raise_text(py, "Bad compression level")),
        Err(failure) => return Err(raise(py, failure, "while compressing data")),
    };
    let mut out = Vec::new();
    let result = stream.run(&bytes, FINISH, usize::MAX >> 1, &mut out);
    bytes.keep();
    result.map_err(|failure| raise(py, failure, "while compressing data"))?;
    py.new_bytes(&out)
}

fn decompress(py: Py, a: &[Word]) -> Result {
    let window = int_argument(py, a[1], MAX_WBITS)?;
    match if a[2] == UNSET { 1 } else { py.index(a[2])? } {
        size if size < 0 => return Err(py.value_error("bufsize must be non-negative")),
        _ => {}
    }
    let bytes = buffer::get(py, a[0])?;
    let doing = "while decompressing data";
    let mut stream = Stream::decompress(window)
        .map_err(|failure| raise(py, failure, "while preparing to decompress data"))?;
    let mut out = Vec::new();
    let result = stream.run(&bytes, SYNC_FLUSH, usize::MAX >> 1, &mut out);
    bytes.keep();
    match result.map_err(|failure| raise(py, failure, doing))?.0 {
        End::Stream => py.new_bytes(&out),
        End::More => Err(raise(py, Stream::incomplete(), doing)),
        End::NeedsDictionary => Err(raise(py, Failure { code: 2, message: None }, doing)),
    }
}

// -- compressobj

struct Compress {
    /// `None` when it was finished.
    stream: RefCell<Option<Stream>>,
}

fn new_compress(py: Py, a: &[Word]) -> Result {
    let level = int_argument(py, a[0], -1)?;
    let (method, window) = (int_argument(py, a[1], 8)?, int_argument(py, a[2], MAX_WBITS)?);
    let (memory, strategy) = (int_argument(py, a[3], 8)?, int_argument(py, a[4], 0)?);
    let mut stream = match Stream::compress(level, method, window, memory, strategy) {
        Ok(stream) => stream,
        Err(Failure { code: STREAM_ERROR, .. }) => {
            return Err(py.value_error("Invalid initialization option"));
        }
        Err(failure) => return Err(raise(py, failure, "while creating compression object")),
    };
    if a[5] != UNSET && a[5] != NONE {
        let dictionary = buffer::get(py, a[5])?;
        let result = stream.set_dictionary(&dictionary);
        dictionary.keep();
        result.map_err(|_| py.value_error("Invalid dictionary"))?;
    }
    wrap_compress(py, stream)
}

fn wrap_compress(py: Py, stream: Stream) -> Result {
    let class = py.vm().state::<State>().compress.get().expect("set when the module was made");
    Ok(word(foreign::new(py, class, Compress { stream: RefCell::new(Some(stream)) })?))
}

fn compress_more(py: Py, own: Word, input: &[u8], flush: c_int, doing: &str) -> Result {
    let own: &Compress = foreign::expect(py, own, "a zlib.Compress object")?;
    let mut out = Vec::new();
    let mut slot = own.stream.borrow_mut();
    let end = match slot.as_mut() {
        Some(stream) => stream.run(input, flush, usize::MAX >> 1, &mut out),
        None => Err(Failure { code: STREAM_ERROR, message: None }),
    };
    let end = end.map_err(|failure| raise(py, failure, doing))?.0;
    if end == End::Stream {
        *slot = None;
    }
    py.new_bytes(&out)
}

fn copy_compress(py: Py, a: &[Word]) -> Result {
    let own: &Compress = foreign::expect(py, a[0], "a zlib.Compress object")?;
    let copied = match own.stream.borrow_mut().as_mut() {
        Some(stream) => stream.copied(),
        None => return Err(py.value_error("Inconsistent stream state")),
    };
    let copied = copied.map_err(|failure| raise(py, failure, "while copying compression object"))?;
    wrap_compress(py, copied)
}

static COMPRESS: &[NativeDef] = &[
    def("compress", "($self, data, /)", "Returns a bytes object containing compressed data.", |py, a| {
        let bytes = buffer::get(py, a[1])?;
        let result = compress_more(py, a[0], &bytes, 0, "while compressing data");
        bytes.keep();
        result
    }),
    def(
        "flush",
        "($self, mode=zlib.Z_FINISH, /)",
        "Return a bytes object containing any remaining compressed data.",
        |py, a| match int_argument(py, a[1], i64::from(FINISH))? {
            0 => py.new_bytes(b""),
            mode => compress_more(py, a[0], &[], mode, "while flushing"),
        },
    ),
    def("copy", "($self, /)", "Return a copy of the compression object.", copy_compress),
    def("__copy__", "($self, /)", "", copy_compress),
    def("__deepcopy__", "($self, memo, /)", "", copy_compress),
];

// -- decompressobj: words are a list of `unused_data`, `unconsumed_tail` and the dictionary

struct Decompress {
    stream: RefCell<Stream>,
    is_at_end: Cell<bool>,
    /// Of `_ZlibDecompressor`.
    needs_input: Cell<bool>,
}

fn wrap_decompress(py: Py, class: TypeRef, stream: Stream, given: &[Word]) -> Result {
    let state = Decompress {
        stream: RefCell::new(stream),
        is_at_end: Cell::new(false),
        needs_input: Cell::new(true),
    };
    let made = foreign::new(py, class, state)?;
    let list = word(py.list_of(given)?);
    made.words.set(py.mutator(), made, list);
    Ok(word(made))
}

/// A decompressing stream with the dictionary that it begins with, if it is raw.
fn new_stream(py: Py, window: Word, dictionary: Word, doing: &str) -> Result<Stream> {
    let window = int_argument(py, window, MAX_WBITS)?;
    let mut stream = match Stream::decompress(window) {
        Ok(stream) => stream,
        Err(Failure { code: STREAM_ERROR, .. }) => {
            return Err(py.value_error("Invalid initialization option"));
        }
        Err(failure) => return Err(raise(py, failure, doing)),
    };
    if dictionary != UNSET && dictionary != NONE {
        let Some(bytes) = buffer::get_opt(py, dictionary)? else {
            return Err(py.type_error("zdict argument must support the buffer protocol"));
        };
        if window < 0 {
            let result = stream.set_dictionary(&bytes);
            bytes.keep();
            result.map_err(|failure| raise(py, failure, "while setting zdict"))?;
        }
    }
    Ok(stream)
}

fn new_decompress(py: Py, a: &[Word]) -> Result {
    let stream = new_stream(py, a[0], a[1], "while creating decompression object")?;
    let class = py.vm().state::<State>().decompress.get().expect("set when the module was made");
    let empty = py.new_bytes(b"")?;
    wrap_decompress(py, class, stream, &[empty, empty, a[1]])
}

fn receiver<'a>(py: Py<'a>, value: Word) -> Result<&'a Decompress> {
    foreign::expect(py, value, "a zlib decompression object")
}

/// Runs input through; returns the output and how much of the input was taken.
fn run(py: Py, value: Word, input: &[u8], flush: c_int, most: usize) -> Result<(Vec<u8>, usize)> {
    let own = receiver(py, value)?;
    let mut out = Vec::new();
    let mut taken = 0;
    loop {
        let result = own.stream.borrow_mut().run(&input[taken..], flush, most - out.len(), &mut out);
        let (end, count) = result.map_err(|failure| raise(py, failure, "while decompressing data"))?;
        taken += count;
        match end {
            End::More => return Ok((out, taken)),
            End::Stream => {
                own.is_at_end.set(true);
                return Ok((out, taken));
            }
            End::NeedsDictionary => {
                let dictionary = words(value).item(2);
                if dictionary == UNSET || dictionary == NONE {
                    let failure = Failure { code: 2, message: None };
                    return Err(raise(py, failure, "while decompressing data"));
                }
                let bytes = buffer::get(py, dictionary)?;
                let result = own.stream.borrow_mut().set_dictionary(&bytes);
                bytes.keep();
                result.map_err(|failure| raise(py, failure, "while setting zdict"))?;
            }
        }
    }
}

/// What was not taken goes to `unused_data` behind the end of the stream, else to `unconsumed_tail`.
fn save_rest(py: Py, value: Word, rest: &[u8]) -> Result<()> {
    let own = receiver(py, value)?;
    if own.is_at_end.get() {
        if !rest.is_empty() {
            let unused: Gc<python_model::objects::Bytes> = as_object(words(value).item(0)).expect("bytes");
            let joined = [unused.items(), rest].concat();
            put(py, value, 0, py.new_bytes(&joined)?);
        }
        put(py, value, 1, py.new_bytes(b"")?);
        return Ok(());
    }
    put(py, value, 1, py.new_bytes(rest)?);
    Ok(())
}

fn decompress_more(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let most = length_argument(py, a[2], 0)?;
    let input = buffer::get(py, a[1])?.to_vec();
    let (out, taken) =
        if own.is_at_end.get() { (Vec::new(), 0) } else { run(py, a[0], &input, SYNC_FLUSH, most)? };
    save_rest(py, a[0], &input[taken..])?;
    py.new_bytes(&out)
}

fn flush_decompress(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if a[1] != UNSET && py.index(a[1])? <= 0 {
        return Err(py.value_error("length must be greater than zero"));
    }
    let tail: Gc<python_model::objects::Bytes> = as_object(words(a[0]).item(1)).expect("bytes");
    let input = tail.items().to_vec();
    let (out, taken) = match own.is_at_end.get() {
        true => (Vec::new(), input.len()),
        false => run(py, a[0], &input, FINISH, usize::MAX >> 1)?,
    };
    save_rest(py, a[0], &input[taken..])?;
    py.new_bytes(&out)
}

fn copy_decompress(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let copied = own.stream.borrow_mut().copied();
    let copied = copied.map_err(|failure| raise(py, failure, "while copying decompression object"))?;
    let kept = words(a[0]);
    let made = wrap_decompress(py, py.type_of(a[0]), copied, &[kept.item(0), kept.item(1), kept.item(2)])?;
    receiver(py, made)?.is_at_end.set(own.is_at_end.get());
    Ok(made)
}

static DECOMPRESS: &[NativeDef] = &[
    def(
        "decompress",
        "($self, data, /, max_length=0)",
        "Return a bytes object containing the decompressed version of the data.",
        decompress_more,
    ),
    def(
        "flush",
        "($self, length=zlib.DEF_BUF_SIZE, /)",
        "Return a bytes object containing any remaining decompressed data.",
        flush_decompress,
    ),
    def("copy", "($self, /)", "Return a copy of the decompression object.", copy_decompress),
    def("__copy__", "($self, /)", "", copy_decompress),
    def("__deepcopy__", "($self, memo, /)", "", copy_decompress),
    getter("unused_data", "", |py, a| {
        receiver(py, a[0])?;
        Ok(words(a[0]).item(0))
    }),
    getter("unconsumed_tail", "", |py, a| {
        receiver(py, a[0])?;
        Ok(words(a[0]).item(1))
    }),
    getter("eof", "", |py, a| Ok(bool_word(receiver(py, a[0])?.is_at_end.get()))),
];

// -- `_ZlibDecompressor`, which keeps the input that it did not need: `unconsumed_tail` of the words

fn construct_decompressor(py: Py, class: TypeRef, args: Args) -> Result {
    let signature = signature!("(wbits=15, zdict=b'')");
    let [window, dictionary] = bind(py, "_ZlibDecompressor", signature, args)?;
    let stream = new_stream(py, window, dictionary, "while creating decompression object")?;
    let empty = py.new_bytes(b"")?;
    wrap_decompress(py, class, stream, &[empty, empty, dictionary])
}

fn feed(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let most = length_argument(py, a[2], -1)?;
    if own.is_at_end.get() {
        return Err(py.eof_error("End of stream already reached"));
    }
    let kept: Gc<python_model::objects::Bytes> = as_object(words(a[0]).item(1)).expect("bytes");
    let mut input = kept.items().to_vec();
    input.extend_from_slice(&buffer::get(py, a[1])?);
    let (out, taken) = run(py, a[0], &input, SYNC_FLUSH, most)?;
    let rest = &input[taken..];
    if own.is_at_end.get() {
        put(py, a[0], 0, py.new_bytes(rest)?);
        put(py, a[0], 1, py.new_bytes(b"")?);
        own.needs_input.set(false);
    } else {
        put(py, a[0], 1, py.new_bytes(rest)?);
        own.needs_input.set(rest.is_empty() && out.len() < most);
    }
    py.new_bytes(&out)
}

static DECOMPRESSOR: &[NativeDef] = &[
    def(
        "decompress",
        "($self, /, data, max_length=-1)",
        "Decompress *data*, returning uncompressed data as bytes.",
        feed,
    ),
    getter("eof", "True if the end-of-stream marker has been reached.", |py, a| {
        Ok(bool_word(receiver(py, a[0])?.is_at_end.get()))
    }),
    getter("unused_data", "Data found after the end of the compressed stream.", |py, a| {
        receiver(py, a[0])?;
        Ok(words(a[0]).item(0))
    }),
    getter(
        "needs_input",
        "True if more input is needed before more decompressed data can be produced.",
        |py, a| Ok(bool_word(receiver(py, a[0])?.needs_input.get())),
    ),
];

static FUNCTIONS: &[NativeDef] = &[
    def("adler32", "(data, value=1, /)", "Compute an Adler-32 checksum of data.", |py, a| {
        let start = binascii::start_value(py, a[1], 1)?;
        let bytes = buffer::get(py, a[0])?;
        py.int(i64::from(checksum::adler32(&bytes, start)))
    }),
    def("crc32", "(data, value=0, /)", "Compute a CRC-32 checksum of data.", |py, a| {
        binascii::crc32(py, a[0], a[1])
    }),
    def(
        "compress",
        "(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)",
        "Returns a bytes object containing compressed data.",
        compress,
    ),
    def(
        "decompress",
        "(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)",
        "Returns a bytes object containing the uncompressed data.",
        decompress,
    ),
    def(
        "compressobj",
        "(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)",
        "Return a compressor object.",
        new_compress,
    ),
    def("decompressobj", "(wbits=MAX_WBITS, zdict=b'')", "Return a decompressor object.", new_decompress),
];
