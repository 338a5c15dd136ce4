//! Items of arrays: what the typecodes mean, and the machine formats of pickles.

use heap::Gc;
use metatrace_machine::Raised;
use python_model::objects::List;
use python_model::py::{Py, Result, list_push};
use python_model::value::*;
use python_number::int_bytes::{ByteOrder, from_bytes};

/// What items are, for reading and converting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Float,
    Text,
}

/// A typecode.
pub struct Code {
    pub letter: u8,
    /// Bytes of an item.
    pub size: usize,
    kind: Kind,
    /// What a memory view calls it.
    pub buffer_format: &'static str,
    /// Number of the machine format in pickles (little endian).
    pub machine_format: i64,
    /// Errors beyond the range.
    too_small: &'static str,
    too_large: &'static str,
}

const fn code(
    letter: u8,
    size: usize,
    kind: Kind,
    buffer_format: &'static str,
    machine_format: i64,
    too_small: &'static str,
    too_large: &'static str,
) -> Code {
    Code { letter, size, kind, buffer_format, machine_format, too_small, too_large }
}

const C_LONG: &str = "Python int too large to convert to C long";
const UNSIGNED: &str = "can't convert negative value to unsigned int";
const UNSIGNED_LONG: &str = "Python int too large to convert to C unsigned long";

static CODES: &[Code] = &[
    code(
        b'b',
        1,
        Kind::Signed,
        "b",
        1,
        "signed char is less than minimum",
        "signed char is greater than maximum",
    ),
    code(
        b'B',
        1,
        Kind::Unsigned,
        "B",
        0,
        "unsigned byte integer is less than minimum",
        "unsigned byte integer is greater than maximum",
    ),
    code(b'u', 4, Kind::Text, "w", 20, "", ""),
    code(b'w', 4, Kind::Text, "w", 20, "", ""),
    code(
        b'h',
        2,
        Kind::Signed,
        "h",
        4,
        "signed short integer is less than minimum",
        "signed short integer is greater than maximum",
    ),
    code(
        b'H',
        2,
        Kind::Unsigned,
        "H",
        2,
        "unsigned short is less than minimum",
        "unsigned short is greater than maximum",
    ),
    code(
        b'i',
        4,
        Kind::Signed,
        "i",
        8,
        "signed integer is less than minimum",
        "signed integer is greater than maximum",
    ),
    code(b'I', 4, Kind::Unsigned, "I", 6, UNSIGNED, "unsigned int is greater than maximum"),
    code(b'l', 8, Kind::Signed, "l", 12, C_LONG, C_LONG),
    code(b'L', 8, Kind::Unsigned, "L", 10, UNSIGNED, UNSIGNED_LONG),
    code(b'q', 8, Kind::Signed, "q", 12, "int too big to convert", "int too big to convert"),
    code(
        b'Q',
        8,
        Kind::Unsigned,
        "Q",
        10,
        "can't convert negative int to unsigned",
        "int too big to convert",
    ),
    code(b'f', 4, Kind::Float, "f", 14, "", ""),
    code(b'd', 8, Kind::Float, "d", 16, "", ""),
];

impl Code {
    /// The code of a letter.
    pub fn of(letter: &[u8]) -> Option<&'static Code> {
        CODES.iter().find(|code| [code.letter] == letter)
    }

    pub fn is_text(&self) -> bool {
        self.kind == Kind::Text
    }

    /// The item in `size` bytes.
    pub fn get(&self, py: Py, bytes: &[u8]) -> Result {
        let mut raw = [0; 8];
        raw[..self.size].copy_from_slice(bytes);
        let unsigned = u64::from_le_bytes(raw);
        let shift = 64 - 8 * self.size as u32;
        match self.kind {
            Kind::Signed => py.int((unsigned << shift) as i64 >> shift),
            Kind::Unsigned => py.uint(unsigned),
            Kind::Float if self.size == 4 => Ok(float_word(f32::from_bits(unsigned as u32).into())),
            Kind::Float => Ok(float_word(f64::from_bits(unsigned))),
            Kind::Text => {
                let mut text = Vec::new();
                push_character(py, bytes, &mut text)?;
                py.str_bytes(&text)
            }
        }
    }

    /// Converts a value into the first `size` bytes. Errors: `TypeError`, `OverflowError` as CPython's converters.
    pub fn put(&self, py: Py, value: Word, out: &mut [u8; 8]) -> Result<()> {
        match self.kind {
            Kind::Float => {
                let float = py.to_f64(value)?;
                if self.size == 4 {
                    out[..4].copy_from_slice(&(float as f32).to_le_bytes());
                } else {
                    *out = float.to_le_bytes();
                }
                Ok(())
            }
            Kind::Text => {
                let point = character(py, value)?;
                out[..4].copy_from_slice(&point.to_le_bytes());
                Ok(())
            }
            Kind::Signed | Kind::Unsigned => self.put_int(py, value, out),
        }
    }

    fn put_int(&self, py: Py, value: Word, out: &mut [u8; 8]) -> Result<()> {
        let value = match as_i64(value) {
            Some(_) => value,
            None => py.to_index(value)?,
        };
        let bits = 8 * self.size as u32;
        let is_signed = self.kind == Kind::Signed;
        if let Some(int) = as_i64(value) {
            let fits = match (is_signed, bits) {
                (true, 64) => true,
                (true, _) => int >> (bits - 1) == 0 || int >> (bits - 1) == -1,
                (false, 64) => int >= 0,
                (false, _) => int >= 0 && int >> bits == 0,
            };
            if fits {
                *out = int.to_le_bytes();
                return Ok(());
            }
            // The C converter goes by way of a wider type, whose range is checked first.
            return Err(match (self.letter, int) {
                (b'B', int) if int > i64::from(i32::MAX) => py.overflow_error(self.too_large),
                (b'b', int) if int > i64::from(i16::MAX) => py.overflow_error(CODES[4].too_large),
                (b'b', int) if int < i64::from(i16::MIN) => py.overflow_error(CODES[4].too_small),
                (b'H', int) if int > i64::from(i32::MAX) => py.overflow_error(CODES[6].too_large),
                (b'H', int) if int < i64::from(i32::MIN) => py.overflow_error(CODES[6].too_small),
                (_, int) if int < 0 => py.overflow_error(self.too_small),
                _ => py.overflow_error(self.too_large),
            });
        }
        let V::Big(big) = V::of(value) else { return Err(py.type_error("an integer is required")) };
        let is_negative = *big.value < dashu_int::IBig::ZERO;
        if !is_signed
            && bits == 64
            && !is_negative
            && let Ok(unsigned) = u64::try_from(&*big.value)
        {
            *out = unsigned.to_le_bytes();
            return Ok(());
        }
        Err(self.beyond_long(py, is_negative, u64::try_from(&*big.value).is_ok()))
    }

    /// The error for what fits no 64-bit integer.
    fn beyond_long(&self, py: Py, is_negative: bool, is_u64: bool) -> Raised {
        py.overflow_error(match (self.letter, is_negative) {
            (b'I' | b'L' | b'q' | b'Q', true) => self.too_small,
            (b'q' | b'Q', false) => self.too_large,
            (b'I', false) if is_u64 => self.too_large,
            (b'I' | b'L', false) => UNSIGNED_LONG,
            _ => C_LONG,
        })
    }
}

fn character(py: Py, value: Word) -> Result<u32> {
    match py.as_str(value) {
        Some(text) if text.len() == 1 => {
            Ok(python_model::strings::code_points(text.as_bytes()).next().expect("one character"))
        }
        Some(text) => Err(py.type_error(format!(
            "array item must be a unicode character, not a string of length {}",
            text.len()
        ))),
        None => {
            let kind = py.type_name(value);
            Err(py.type_error(format!("array item must be a unicode character, not {kind}")))
        }
    }
}

/// Appends the character in four bytes to a text. Errors: `ValueError` if it is none.
pub fn push_character(py: Py, bytes: &[u8], text: &mut Vec<u8>) -> Result<()> {
    let point = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    if point > 0x10_FFFF {
        return Err(py.value_error(format!("character U+{point:x} is not in range [U+0000; U+10ffff]")));
    }
    python_text::code_points::push(text, point);
    Ok(())
}

/// The items of a pickle in another machine's format. Source: CPython's table `mformat_descriptors`.
pub fn from_machine_format(py: Py, format: i64, bytes: &[u8]) -> Result<Gc<List>> {
    const SIZES: [usize; 22] = [1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 4, 4, 8, 8, 2, 2, 4, 4];
    let size = SIZES[format as usize];
    if !bytes.len().is_multiple_of(size) {
        return Err(py.value_error("bytes length not a multiple of item size"));
    }
    let is_big = format >= 2 && format % 2 == 1;
    let list = py.new_list(bytes.len() / size)?;
    let order = if is_big { ByteOrder::Big } else { ByteOrder::Little };
    if matches!(format, 18 | 19) {
        let units = bytes.chunks_exact(2).map(|unit| match is_big {
            true => u16::from_be_bytes([unit[0], unit[1]]),
            false => u16::from_le_bytes([unit[0], unit[1]]),
        });
        for character in char::decode_utf16(units) {
            let point = character.map_or_else(|e| u32::from(e.unpaired_surrogate()), u32::from);
            let mut text = Vec::new();
            push_character(py, &point.to_le_bytes(), &mut text)?;
            list_push(py, list, py.str_bytes(&text)?)?;
        }
        return Ok(list);
    }
    for item in bytes.chunks_exact(size) {
        let mut little = item.to_vec();
        if is_big {
            little.reverse();
        }
        let value = match format {
            14 | 15 => float_word(f32::from_le_bytes([little[0], little[1], little[2], little[3]]).into()),
            16 | 17 => {
                let mut raw = [0; 8];
                raw.copy_from_slice(&little);
                float_word(f64::from_le_bytes(raw))
            }
            20 | 21 => {
                let mut text = Vec::new();
                push_character(py, &little, &mut text)?;
                py.str_bytes(&text)?
            }
            _ => {
                let is_signed = matches!(format, 1 | 4 | 5 | 8 | 9 | 12 | 13);
                py.big_int(from_bytes(item, order, is_signed))?
            }
        };
        list_push(py, list, value)?;
    }
    Ok(list)
}
