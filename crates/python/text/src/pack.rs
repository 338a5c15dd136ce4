//! The `struct` module: format strings, sizes with alignment, packing and unpacking.
//!
//! Native mode (`@`) is that of 64-bit Linux. Text of errors is CPython's; all are `struct.error` but those of [`PackError::Overflow`].

use python_number::{IBig, int_float};

/// The order of bytes, and whether sizes and alignment are the machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Mode {
    is_native: bool,
    is_big: bool,
}

/// What one code of a format stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `x`
    Pad,
    /// `c`: one byte.
    Char,
    /// `s`: bytes of the count's length.
    Bytes,
    /// `p`: a length byte and bytes.
    Pascal,
    /// `?`
    Bool,
    /// `b h i l q n` and `B H I L Q N P`
    Int { is_signed: bool },
    /// `e f d`
    Float,
    /// `F D`
    Complex,
}

/// One code with its count: `count` values of `size` bytes (one value of `count` bytes for `s` and `p`) from `offset` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    pub kind: Kind,
    pub code: u8,
    pub size: usize,
    pub offset: usize,
    pub count: usize,
}

/// A compiled format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format {
    items: Vec<Item>,
    mode: Mode,
    size: usize,
}

/// A value to pack or unpacked. Integers of any code are `IBig`, which holds small ones without memory.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bytes(Vec<u8>),
    Int(IBig),
    Float(f64),
    Complex(f64, f64),
    Bool(bool),
}

/// Why packing or compiling fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackError {
    /// `struct.error`
    Struct(String),
    /// `OverflowError`: a float out of range for its size.
    Overflow(&'static str),
}

fn error<T>(text: impl Into<String>) -> Result<T, PackError> {
    Err(PackError::Struct(text.into()))
}

/// Kind, size and alignment of a code.
fn code(code: u8, mode: Mode) -> Option<(Kind, usize, usize)> {
    let signed = Kind::Int { is_signed: true };
    let unsigned = Kind::Int { is_signed: false };
    let (kind, size) = match code {
        b'x' => (Kind::Pad, 1),
        b'c' => (Kind::Char, 1),
        b's' => (Kind::Bytes, 1),
        b'p' => (Kind::Pascal, 1),
        b'?' => (Kind::Bool, 1),
        b'b' => (signed, 1),
        b'B' => (unsigned, 1),
        b'h' => (signed, 2),
        b'H' => (unsigned, 2),
        b'i' => (signed, 4),
        b'I' => (unsigned, 4),
        b'l' => (signed, if mode.is_native { 8 } else { 4 }),
        b'L' => (unsigned, if mode.is_native { 8 } else { 4 }),
        b'q' => (signed, 8),
        b'Q' => (unsigned, 8),
        b'n' if mode.is_native => (signed, 8),
        b'N' | b'P' if mode.is_native => (unsigned, 8),
        b'e' => (Kind::Float, 2),
        b'f' => (Kind::Float, 4),
        b'd' => (Kind::Float, 8),
        b'F' => (Kind::Complex, 8),
        b'D' => (Kind::Complex, 16),
        _ => return None,
    };
    let alignment = match kind {
        _ if !mode.is_native => 1,
        Kind::Complex => size / 2,
        _ => size,
    };
    Some((kind, size, alignment))
}

impl Format {
    /// Compiles a format. Errors: `struct.error`.
    pub fn parse(text: &[u8]) -> Result<Format, PackError> {
        let little = Mode { is_native: false, is_big: false };
        let (mode, rest) = match text {
            [b'@', rest @ ..] => (Mode { is_native: true, is_big: false }, rest),
            [b'=' | b'<', rest @ ..] => (little, rest),
            [b'>' | b'!', rest @ ..] => (Mode { is_big: true, ..little }, rest),
            rest => (Mode { is_native: true, is_big: false }, rest),
        };
        let mut format = Format { items: Vec::new(), mode, size: 0 };
        let mut bytes = rest.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if matches!(byte, b' ' | 9..=13) {
                continue;
            }
            let (mut letter, mut count) = (byte, 1_usize);
            if byte.is_ascii_digit() {
                count = usize::from(byte - b'0');
                while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
                    let longer = count.checked_mul(10).and_then(|c| c.checked_add((digit - b'0').into()));
                    let Some(longer) = longer.filter(|&c| c <= isize::MAX as usize) else {
                        return error("total struct size too long");
                    };
                    count = longer;
                }
                match bytes.next() {
                    Some(next) => letter = next,
                    None => return error("repeat count given without format specifier"),
                }
            }
            format.add(letter, count)?;
        }
        Ok(format)
    }

    fn add(&mut self, letter: u8, count: usize) -> Result<(), PackError> {
        let Some((kind, size, alignment)) = code(letter, self.mode) else {
            return error("bad char in struct format");
        };
        let offset = self.size.next_multiple_of(alignment);
        let end = size.checked_mul(count).and_then(|bytes| offset.checked_add(bytes));
        let Some(end) = end.filter(|&e| e <= isize::MAX as usize) else {
            return error("total struct size too long");
        };
        self.size = end;
        if kind != Kind::Pad && (count > 0 || matches!(kind, Kind::Bytes | Kind::Pascal)) {
            self.items.push(Item { kind, code: letter, size, offset, count });
        }
        Ok(())
    }

    /// `calcsize`
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many values the format takes.
    pub fn value_count(&self) -> usize {
        self.values().count()
    }

    /// Each value's item and offset, in order: tells the caller which kind to convert an argument to.
    pub fn values(&self) -> impl Iterator<Item = (&Item, usize)> {
        self.items.iter().flat_map(|item| {
            let repeats = if matches!(item.kind, Kind::Bytes | Kind::Pascal) { 1 } else { item.count };
            (0..repeats).map(move |i| (item, item.offset + i * item.size))
        })
    }

    /// Packs values into `out`, which is `size` bytes of zeros. Precondition: as many values as the format takes.
    /// Errors: a value of the wrong kind or out of range.
    pub fn pack(&self, values: &[Value], out: &mut [u8]) -> Result<(), PackError> {
        for ((item, offset), value) in self.values().zip(values) {
            let length = if matches!(item.kind, Kind::Bytes | Kind::Pascal) { item.count } else { item.size };
            self.pack_value(item, value, &mut out[offset..offset + length])?;
        }
        Ok(())
    }

    /// Whether numbers have their highest byte first.
    #[inline]
    pub fn is_big(&self) -> bool {
        self.mode.is_big
    }

    /// Packs one value; `out` has the size of an item (of all its bytes for `s` and `p`).
    /// Errors: a value of the wrong kind or out of range.
    pub fn pack_value(&self, item: &Item, value: &Value, out: &mut [u8]) -> Result<(), PackError> {
        let code = char::from(item.code);
        match (item.kind, value) {
            (Kind::Char, Value::Bytes(bytes)) if bytes.len() == 1 => out[0] = bytes[0],
            (Kind::Char, _) => return error("char format requires a bytes object of length 1"),
            (Kind::Bytes, Value::Bytes(bytes)) => {
                let length = bytes.len().min(out.len());
                out[..length].copy_from_slice(&bytes[..length]);
            }
            (Kind::Pascal, Value::Bytes(bytes)) => {
                let length = bytes.len().min(out.len().saturating_sub(1));
                if !out.is_empty() {
                    out[0] = length.min(255) as u8;
                    out[1..=length].copy_from_slice(&bytes[..length]);
                }
            }
            (Kind::Bytes | Kind::Pascal, _) => {
                return error(format!("argument for '{code}' must be a bytes object"));
            }
            (Kind::Bool, Value::Bool(value)) => out[0] = (*value).into(),
            (Kind::Int { is_signed }, Value::Int(n)) => self.pack_int(item, is_signed, n, out)?,
            (Kind::Int { .. }, _) => return error("required argument is not an integer"),
            (Kind::Float, Value::Float(x)) => self.pack_float(*x, out)?,
            (Kind::Float, Value::Int(n)) => {
                let x = int_float::int_to_float(n);
                self.pack_float(x.map_err(|e| PackError::Overflow(e.message()))?, out)?;
            }
            (Kind::Float, _) => return error("required argument is not a float"),
            (Kind::Complex, Value::Complex(re, im)) => {
                let (first, second) = out.split_at_mut(item.size / 2);
                self.pack_float(*re, first)?;
                self.pack_float(*im, second)?;
            }
            (Kind::Complex, _) => return error("required argument is not a complex"),
            (Kind::Bool | Kind::Pad, _) => return error("required argument is not a bool"),
        }
        Ok(())
    }

    fn put(&self, little: &[u8], out: &mut [u8]) {
        out.copy_from_slice(little);
        if self.mode.is_big {
            out.reverse();
        }
    }

    fn pack_int(&self, item: &Item, is_signed: bool, n: &IBig, out: &mut [u8]) -> Result<(), PackError> {
        use python_number::int_bytes::{ByteOrder, to_bytes};
        match to_bytes(n, item.size, ByteOrder::Little, is_signed) {
            Ok(bytes) => {
                self.put(&bytes, out);
                Ok(())
            }
            Err(_) => error(self.range_text(item, is_signed)),
        }
    }

    fn range_text(&self, item: &Item, is_signed: bool) -> String {
        let code = char::from(item.code);
        if item.code == b'P' {
            return "int too large to convert".into();
        }
        let bits = 8 * item.size as u32;
        let top = if is_signed { (1_u128 << (bits - 1)) - 1 } else { (1 << bits) - 1 };
        let bottom = if is_signed { -(top as i128) - 1 } else { 0 };
        format!("'{code}' format requires {bottom} <= number <= {top}")
    }

    fn pack_float(&self, x: f64, out: &mut [u8]) -> Result<(), PackError> {
        match out.len() {
            2 => {
                let half =
                    half_from_f64(x).ok_or(PackError::Overflow("float too large to pack with e format"))?;
                self.put(&half.to_le_bytes(), out);
            }
            4 => {
                let single = x as f32;
                if single.is_infinite() && x.is_finite() {
                    return Err(PackError::Overflow("float too large to pack with f format"));
                }
                self.put(&single.to_le_bytes(), out);
            }
            _ => self.put(&x.to_le_bytes(), out),
        }
        Ok(())
    }

    /// Unpacks values. Precondition: `bytes` has the format's size.
    pub fn unpack(&self, bytes: &[u8]) -> Vec<Value> {
        self.values().map(|(item, offset)| self.unpack_value(item, &bytes[offset..])).collect()
    }

    /// One value, whose bytes are the first ones.
    pub fn unpack_value(&self, item: &Item, bytes: &[u8]) -> Value {
        let unit = || self.little(&bytes[..item.size]);
        match item.kind {
            Kind::Bytes => Value::Bytes(bytes[..item.count].to_vec()),
            Kind::Pascal => {
                let room = item.count.saturating_sub(1);
                let length = if item.count == 0 { 0 } else { usize::from(bytes[0]).min(room) };
                Value::Bytes(bytes.get(1..=length).unwrap_or(&[]).to_vec())
            }
            Kind::Bool => Value::Bool(bytes[0] != 0),
            Kind::Int { is_signed: true } => {
                let unit = unit();
                // The sign's bit moves to the top and back.
                let shift = 64 - 8 * item.size as u32;
                Value::Int(IBig::from((unit << shift) as i64 >> shift))
            }
            Kind::Int { is_signed: false } => Value::Int(IBig::from(unit())),
            Kind::Float => Value::Float(self.float(&bytes[..item.size])),
            Kind::Complex => {
                let half = item.size / 2;
                Value::Complex(self.float(&bytes[..half]), self.float(&bytes[half..item.size]))
            }
            Kind::Char | Kind::Pad => Value::Bytes(vec![bytes[0]]),
        }
    }

    fn little(&self, bytes: &[u8]) -> u64 {
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if self.mode.is_big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    }

    fn float(&self, bytes: &[u8]) -> f64 {
        let bits = self.little(bytes);
        match bytes.len() {
            2 => half_to_f64(bits as u16),
            4 => f32::from_bits(bits as u32).into(),
            _ => f64::from_bits(bits),
        }
    }
}

/// A half-precision float from a double, rounded half to even. `None`: too large.
pub fn half_from_f64(x: f64) -> Option<u16> {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    let magnitude = x.abs();
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // The unit in the last place: 2**-24 below the normal range, else 2**(e - 10).
    let exponent = if magnitude < 6.103_515_625e-5 { -14 } else { int_float::significand(magnitude).1 + 52 };
    let units = int_float::scale(magnitude, i64::from(10 - exponent)).round_ties_even() as u32;
    // In units a normal number has its hidden bit at 2**10; carries move on into the exponent.
    let bits = ((exponent + 14) as u32) * 0x400 + units;
    (bits < 0x7c00).then_some(sign | bits as u16)
}

/// A half-precision float as a double.
pub fn half_to_f64(bits: u16) -> f64 {
    let exponent = i64::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match exponent {
        0 => int_float::scale(fraction, -24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => int_float::scale(fraction + 1024.0, exponent - 25),
    };
    if bits & 0x8000 != 0 { -magnitude } else { magnitude }
}
