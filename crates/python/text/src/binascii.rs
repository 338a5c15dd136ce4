//! Binary data as ASCII: hexadecimal, base64, uuencoding, quoted-printable.
//!
//! Errors carry CPython's texts and are `binascii.Error`.

/// `binascii.Error`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinasciiError(pub String);

fn error<T>(text: impl Into<String>) -> Result<T, BinasciiError> {
    Err(BinasciiError(text.into()))
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// `hexlify(bytes, separator, group)`, `bytes.hex`: a separator after every `group` bytes, counted from the right if positive, from
/// the left if negative. `None`: no separator.
pub fn to_hex(bytes: &[u8], separator: Option<u8>, group: i64) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 3);
    let size = group.unsigned_abs() as usize;
    for (i, byte) in bytes.iter().enumerate() {
        if let Some(separator) = separator
            && i != 0
            && size != 0
        {
            let place = if group > 0 { bytes.len() - i } else { i };
            if place.is_multiple_of(size) {
                out.push(separator);
            }
        }
        out.extend([HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
    out
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|d| d as u8)
}

/// `unhexlify`. Errors: odd length, a character that is no digit.
pub fn from_hex(text: &[u8]) -> Result<Vec<u8>, BinasciiError> {
    if !text.len().is_multiple_of(2) {
        return error("Odd-length string");
    }
    let pair = |pair: &[u8]| Some(hex_digit(pair[0])? << 4 | hex_digit(pair[1])?);
    text.chunks(2).map(pair).collect::<Option<_>>().ok_or(BinasciiError("Non-hexadecimal digit found".into()))
}

/// Why `bytes.fromhex` fails, both `ValueError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FromHexError {
    /// `non-hexadecimal number found in fromhex() arg at position {0}`
    Invalid(usize),
    /// `fromhex() arg must contain an even number of hexadecimal digits`
    OddLength,
}

/// `bytes.fromhex`: white space between pairs is skipped. `text`: a string's bytes.
pub fn from_spaced_hex(text: &[u8]) -> Result<Vec<u8>, FromHexError> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if matches!(byte, b' ' | 9..=13) {
            at += 1;
            continue;
        }
        let position = |at: usize| crate::code_points::count(&text[..at]);
        let high = hex_digit(byte).ok_or_else(|| FromHexError::Invalid(position(at)))?;
        let Some(&second) = text.get(at + 1) else { return Err(FromHexError::OddLength) };
        let low = hex_digit(second).ok_or_else(|| FromHexError::Invalid(position(at + 1)))?;
        out.push(high << 4 | low);
        at += 2;
    }
    Ok(out)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The value of each character of base64; 64 for others.
const BASE64_VALUES: [u8; 256] = {
    let mut values = [64; 256];
    let mut i = 0;
    while i < 64 {
        values[BASE64[i] as usize] = i as u8;
        i += 1;
    }
    values
};

/// `b2a_base64`
pub fn to_base64(bytes: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    let digit = |bits: u32, shift: u32| BASE64[(bits >> shift & 63) as usize];
    let (triples, rest) = bytes.as_chunks::<3>();
    for &[a, b, c] in triples {
        let bits = u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c);
        out.extend([digit(bits, 18), digit(bits, 12), digit(bits, 6), digit(bits, 0)]);
    }
    match *rest {
        [a] => {
            let bits = u32::from(a) << 16;
            out.extend([digit(bits, 18), digit(bits, 12), b'=', b'=']);
        }
        [a, b] => {
            let bits = u32::from(a) << 16 | u32::from(b) << 8;
            out.extend([digit(bits, 18), digit(bits, 12), digit(bits, 6), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}

/// `a2b_base64`: characters outside the alphabet are skipped, unless strict. Errors: padding, and in strict mode all that is not as it
/// should be.
pub fn from_base64(text: &[u8], is_strict: bool) -> Result<Vec<u8>, BinasciiError> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    // Fast path: whole groups of four.
    let mut start = 0;
    for group in text.as_chunks::<4>().0 {
        let [a, b, c, d] = group.map(|byte| BASE64_VALUES[byte as usize]);
        if (a | b | c | d) >= 64 {
            break;
        }
        out.extend([a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]);
        start += 4;
    }
    let one_more = |out: &[u8]| {
        error(format!(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
            out.len() / 3 * 4 + 1
        ))
    };
    // Place in the group of four, bits left over, and padding since the last digit.
    let (mut place, mut left, mut pads) = (0, 0_u8, 0);
    for (i, &byte) in text.iter().enumerate().skip(start) {
        if byte == b'=' {
            if is_strict && i == 0 {
                return error("Leading padding not allowed");
            }
            if is_strict && (place == 0 || place >= 2 && place + pads >= 4) {
                return error("Excess padding not allowed");
            }
            pads += 1;
            continue;
        }
        let value = BASE64_VALUES[byte as usize];
        if value >= 64 {
            if is_strict {
                return error("Only base64 data is allowed");
            }
            continue;
        }
        if is_strict && pads > 0 {
            return match place {
                1 => one_more(&out),
                _ if place + pads >= 4 => error("Excess data after padding"),
                _ => error("Discontinuous padding not allowed"),
            };
        }
        pads = 0;
        match place {
            0 => {}
            1 => out.push(left << 2 | value >> 4),
            2 => out.push(left << 4 | value >> 2),
            _ => out.push(left << 6 | value),
        }
        left = value & [63, 15, 3, 0][place];
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(out),
        1 => one_more(&out),
        _ if place + pads >= 4 => Ok(out),
        _ => error("Incorrect padding"),
    }
}

/// `b2a_uu`: one line of at most 45 bytes. `backtick`: zeros as backticks, not blanks.
pub fn to_uu(bytes: &[u8], backtick: bool) -> Result<Vec<u8>, BinasciiError> {
    if bytes.len() > 45 {
        return error("At most 45 bytes at once");
    }
    let shown = |value: u8| if value == 0 && backtick { b'`' } else { value + b' ' };
    let mut out = vec![shown(bytes.len() as u8)];
    for triple in bytes.chunks(3) {
        let byte = |i: usize| u32::from(triple.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.extend([18, 12, 6, 0].map(|shift| shown((bits >> shift & 63) as u8)));
    }
    out.push(b'\n');
    Ok(out)
}

/// `a2b_uu`. Errors: illegal characters, trailing garbage.
pub fn from_uu(text: &[u8]) -> Result<Vec<u8>, BinasciiError> {
    let Some((length, mut rest)) = text.split_first() else { return error("Missing length byte") };
    let length = usize::from(length.wrapping_sub(b' ') & 63);
    let mut out = Vec::with_capacity(length);
    let (mut left, mut bits) = (0_u32, 0);
    while out.len() < length {
        let value = match rest.first() {
            // A line may lack its trailing blanks.
            None | Some(b'\n' | b'\r') => 0,
            Some(&byte) if !(b' '..=b' ' + 64).contains(&byte) => return error("Illegal char"),
            Some(&byte) => u32::from((byte - b' ') & 63),
        };
        rest = rest.get(1..).unwrap_or(&[]);
        left = left << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((left >> bits) as u8);
            left &= (1 << bits) - 1;
        }
    }
    if rest.iter().any(|b| !matches!(b, b' ' | b'`' | b'\n' | b'\r')) {
        return error("Trailing garbage");
    }
    Ok(out)
}

/// `a2b_qp`. `header`: underscores are blanks.
pub fn from_quoted_printable(text: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        match byte {
            b'=' => match text.get(at) {
                None => break,
                // A soft line break.
                Some(b'\n' | b'\r') => {
                    at = text[at..].iter().position(|&b| b == b'\n').map_or(text.len(), |i| at + i + 1);
                }
                Some(b'=') => {
                    out.push(b'=');
                    at += 1;
                }
                Some(&high) => match (hex_digit(high), text.get(at + 1).and_then(|&b| hex_digit(b))) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        at += 2;
                    }
                    _ => out.push(b'='),
                },
            },
            b'_' if header => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

/// Options of [`to_quoted_printable`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuotedPrintable {
    /// `quotetabs`: blanks and tabs are quoted.
    pub quote_tabs: bool,
    /// `istext`: line ends stay.
    pub is_text: bool,
    /// `header`: blanks become underscores.
    pub header: bool,
}

/// `b2a_qp`
pub fn to_quoted_printable(bytes: &[u8], options: QuotedPrintable) -> Vec<u8> {
    const MAX_LINE: usize = 76;
    let crlf = memchr::memchr(b'\n', bytes).is_some_and(|i| i > 0 && bytes[i - 1] == b'\r');
    let mut out = Vec::with_capacity(bytes.len() * 2);
    let mut line = 0;
    let push_break = |out: &mut Vec<u8>| out.extend_from_slice(if crlf { b"\r\n" } else { b"\n" });
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let next = bytes.get(at + 1).copied();
        let at_end = next.is_none();
        let must_quote = byte > 126
            || byte == b'='
            || options.header && byte == b'_'
            || byte == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0))
            || !options.is_text && matches!(byte, b'\r' | b'\n')
            || matches!(byte, b'\t' | b' ') && at_end
            || byte < 33 && !matches!(byte, b'\r' | b'\n' | b'\t' | b' ')
            || byte < 33 && !matches!(byte, b'\r' | b'\n') && options.quote_tabs;
        if must_quote {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                push_break(&mut out);
                line = 0;
            }
            out.extend([
                b'=',
                HEX[usize::from(byte >> 4)].to_ascii_uppercase(),
                HEX[usize::from(byte & 15)].to_ascii_uppercase(),
            ]);
            line += 3;
            at += 1;
            continue;
        }
        let is_line_end = byte == b'\n' || byte == b'\r' && next == Some(b'\n');
        if options.is_text && is_line_end {
            line = 0;
            // White space may not end a line.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                out.extend([b'=', HEX[usize::from(last >> 4)], HEX[usize::from(last & 15)]]);
            }
            push_break(&mut out);
            at += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        if !at_end && next != Some(b'\n') && line + 1 >= MAX_LINE {
            out.push(b'=');
            push_break(&mut out);
            line = 0;
        }
        line += 1;
        out.push(if options.header && byte == b' ' { b'_' } else { byte });
        at += 1;
    }
    out
}
