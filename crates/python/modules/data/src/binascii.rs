//! `binascii`. The conversions are `python_text::binascii`; checksums come from `crc32fast` and `python_text::checksum`.

use python_model::class;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;
use python_text::binascii::{self, BinasciiError, QuotedPrintable};
use python_text::checksum;
use python_types::buffer::{self, Buffer};
use python_types::bytes_like::hex_arguments;
use std::cell::Cell;

/// `binascii.Error`
#[derive(Default)]
struct ErrorClass(Cell<Word>);

pub static MODULE: NativeModule = NativeModule {
    name: "binascii",
    doc: "Conversion between binary data and ASCII",
    functions: FUNCTIONS,
    fill: |py, own| {
        let error = class::new_exception(py, "binascii", "Error", py.ty(Ty::ValueError))?;
        py.vm().state::<ErrorClass>().0.set(py.vm().immortal(error));
        dict::set_symbol(py, own, py.intern("Error")?, error)?;
        let incomplete = class::new_exception(py, "binascii", "Incomplete", py.ty(Ty::Exception))?;
        dict::set_symbol(py, own, py.intern("Incomplete")?, incomplete)
    },
};

fn bytes_of(py: Py, result: std::result::Result<Vec<u8>, BinasciiError>) -> Result {
    match result {
        Ok(bytes) => py.new_bytes(&bytes),
        Err(BinasciiError(text)) => {
            let class = py.vm().state::<ErrorClass>().0.get();
            let exception = py.call(class, &[py.str(&text)?])?;
            Err(py.raise(exception))
        }
    }
}

/// The bytes of an argument that may be ASCII text. Errors: `ValueError`, `TypeError`.
fn ascii(py: Py, value: Word) -> Result<Buffer> {
    if let Some(text) = py.as_str(value) {
        if !text.is_ascii() {
            return Err(py.value_error("string argument should contain only ASCII characters"));
        }
        return Ok(Buffer::Owned(text.as_bytes().to_vec()));
    }
    match buffer::get_opt(py, value)? {
        Some(bytes) => Ok(bytes),
        None => Err(py.type_error(format!(
            "argument should be bytes, buffer or ASCII string, not '{}'",
            py.type_name(value)
        ))),
    }
}

fn flag(py: Py, value: Word, default: bool) -> Result<bool> {
    if value == UNSET { Ok(default) } else { py.truth(value) }
}

/// A start value for a checksum: its low 32 bits.
pub fn start_value(py: Py, value: Word, default: u32) -> Result<u32> {
    if value == UNSET {
        return Ok(default);
    }
    match V::of(py.to_index(value)?) {
        V::Int(start) => Ok(start as u32),
        V::Big(start) => {
            let words = start.value.as_sign_words();
            let low = words.1.first().copied().unwrap_or(0) as u32;
            Ok(if *start.value < dashu_int::IBig::ZERO { low.wrapping_neg() } else { low })
        }
        _ => Ok(default),
    }
}

/// `crc32(data, value)`
pub fn crc32(py: Py, data: Word, start: Word) -> Result {
    let start = start_value(py, start, 0)?;
    let bytes = buffer::get(py, data)?;
    let mut hasher = crc32fast::Hasher::new_with_initial(start);
    hasher.update(&bytes);
    bytes.keep();
    py.int(i64::from(hasher.finalize()))
}

fn to_hex(py: Py, a: &[Word]) -> Result {
    let bytes = buffer::get(py, a[0])?;
    let (separator, group) = hex_arguments(py, a[1], a[2])?;
    py.new_bytes(&binascii::to_hex(&bytes, separator, group))
}

fn from_hex(py: Py, a: &[Word]) -> Result {
    let text = ascii(py, a[0])?;
    bytes_of(py, binascii::from_hex(&text))
}

static FUNCTIONS: &[NativeDef] = &[
    def("a2b_uu", "(data, /)", "Decode a line of uuencoded data.", |py, a| {
        let text = ascii(py, a[0])?;
        bytes_of(py, binascii::from_uu(&text))
    }),
    def("b2a_uu", "(data, /, *, backtick=False)", "Uuencode line of data.", |py, a| {
        let backtick = flag(py, a[1], false)?;
        let bytes = buffer::get(py, a[0])?;
        bytes_of(py, binascii::to_uu(&bytes, backtick))
    }),
    def(
        "a2b_base64",
        "(data, /, *, strict_mode=False)",
        "Decode a line of base64 data.\n\n  strict_mode\n    When set to True, bytes that are not in the base64 standard are not allowed.\n    The same applies to excess data after padding (= / ==).",
        |py, a| {
            let is_strict = flag(py, a[1], false)?;
            let text = ascii(py, a[0])?;
            bytes_of(py, binascii::from_base64(&text, is_strict))
        },
    ),
    def("b2a_base64", "(data, /, *, newline=True)", "Base64-code line of data.", |py, a| {
        let newline = flag(py, a[1], true)?;
        let bytes = buffer::get(py, a[0])?;
        py.new_bytes(&binascii::to_base64(&bytes, newline))
    }),
    def(
        "a2b_hex",
        "(hexstr, /)",
        "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).\nThis function is also available as \"unhexlify()\".",
        from_hex,
    ),
    def(
        "unhexlify",
        "(hexstr, /)",
        "Binary data of hexadecimal representation.\n\nhexstr must contain an even number of hex digits (upper or lower case).",
        from_hex,
    ),
    def(
        "b2a_hex",
        "(data, sep=<unrepresentable>, bytes_per_sep=1)",
        "Hexadecimal representation of binary data.",
        to_hex,
    ),
    def(
        "hexlify",
        "(data, sep=<unrepresentable>, bytes_per_sep=1)",
        "Hexadecimal representation of binary data.",
        to_hex,
    ),
    def("crc_hqx", "(data, crc, /)", "Compute CRC-CCITT incrementally.", |py, a| {
        let start = start_value(py, a[1], 0)? as u16;
        let bytes = buffer::get(py, a[0])?;
        py.int(i64::from(checksum::crc_hqx(&bytes, start)))
    }),
    def("crc32", "(data, crc=0, /)", "Compute CRC-32 incrementally.", |py, a| crc32(py, a[0], a[1])),
    def("a2b_qp", "(data, header=False)", "Decode a string of qp-encoded data.", |py, a| {
        let header = flag(py, a[1], false)?;
        let text = ascii(py, a[0])?;
        py.new_bytes(&binascii::from_quoted_printable(&text, header))
    }),
    def(
        "b2a_qp",
        "(data, quotetabs=False, istext=True, header=False)",
        "Encode a string using quoted-printable encoding.\n\nOn encoding, when istext is set, newlines are not encoded, and white\nspace at end of lines is.  When istext is not set, \\r and \\n (CR/LF)\nare both encoded.  When quotetabs is set, space and tabs are encoded.",
        |py, a| {
            let options = QuotedPrintable {
                quote_tabs: flag(py, a[1], false)?,
                is_text: flag(py, a[2], true)?,
                header: flag(py, a[3], false)?,
            };
            let bytes = buffer::get(py, a[0])?;
            py.new_bytes(&binascii::to_quoted_printable(&bytes, options))
        },
    ),
];
