//! Bytes to text: the encoding of a document, found as XML says (appendix F): by a byte order mark, by what the first
//! characters look like, by the declaration.

/// How the bytes of a document are characters.
pub enum InputEncoding {
    Utf8,
    Utf16 {
        is_big: bool,
    },
    /// A character for each byte, or none.
    Table(Vec<Option<char>>),
}

/// Why bytes are no text.
pub enum Undecodable {
    /// They end within a character.
    Part,
    /// These cannot be: so many bytes were decoded before.
    Invalid,
}

impl InputEncoding {
    /// An encoding that every parser knows.
    pub fn of_name(name: &str) -> Option<InputEncoding> {
        let below = |limit: u32| (0..256).map(|c| char::from_u32(c).filter(|_| c < limit)).collect();
        Some(match name.to_ascii_uppercase().as_str() {
            "UTF-8" | "UTF8" => InputEncoding::Utf8,
            "UTF-16" | "UTF-16BE" => InputEncoding::Utf16 { is_big: true },
            "UTF-16LE" => InputEncoding::Utf16 { is_big: false },
            "ISO-8859-1" => InputEncoding::Table(below(256)),
            "US-ASCII" => InputEncoding::Table(below(128)),
            _ => return None,
        })
    }

    /// What the first bytes say; with the length of the byte order mark.
    pub fn of_first_bytes(bytes: &[u8]) -> Option<(InputEncoding, usize)> {
        match bytes {
            [0xef, 0xbb, 0xbf, ..] => Some((InputEncoding::Utf8, 3)),
            [0xfe, 0xff, ..] => Some((InputEncoding::Utf16 { is_big: true }, 2)),
            [0xff, 0xfe, ..] => Some((InputEncoding::Utf16 { is_big: false }, 2)),
            [0, b'<', ..] => Some((InputEncoding::Utf16 { is_big: true }, 0)),
            [b'<', 0, ..] => Some((InputEncoding::Utf16 { is_big: false }, 0)),
            _ => None,
        }
    }

    /// Decodes what can be, and returns how many bytes that took and what is wrong with the next.
    pub fn decode(&self, bytes: &[u8], out: &mut String) -> (usize, Option<Undecodable>) {
        match self {
            InputEncoding::Utf8 => match str::from_utf8(bytes) {
                Ok(text) => {
                    out.push_str(text);
                    (bytes.len(), None)
                }
                Err(error) => {
                    let good = error.valid_up_to();
                    out.push_str(str::from_utf8(&bytes[..good]).expect("it is valid up to there"));
                    let why =
                        if error.error_len().is_none() { Undecodable::Part } else { Undecodable::Invalid };
                    (good, Some(why))
                }
            },
            InputEncoding::Utf16 { is_big } => {
                let unit = |pair: &[u8]| match is_big {
                    true => u16::from_be_bytes([pair[0], pair[1]]),
                    false => u16::from_le_bytes([pair[0], pair[1]]),
                };
                let mut used = 0;
                for decoded in char::decode_utf16(bytes.chunks_exact(2).map(unit)) {
                    let Ok(c) = decoded else {
                        let is_last = used + 2 >= bytes.len();
                        return (used, Some(if is_last { Undecodable::Part } else { Undecodable::Invalid }));
                    };
                    out.push(c);
                    used += 2 * c.len_utf16();
                }
                (used, (used < bytes.len()).then_some(Undecodable::Part))
            }
            InputEncoding::Table(table) => {
                for (index, &byte) in bytes.iter().enumerate() {
                    match table[usize::from(byte)] {
                        Some(c) => out.push(c),
                        None => return (index, Some(Undecodable::Invalid)),
                    }
                }
                (bytes.len(), None)
            }
        }
    }

    /// Bytes that a text took in the input.
    pub fn size_of(&self, text: &str) -> usize {
        match self {
            InputEncoding::Utf8 => text.len(),
            InputEncoding::Utf16 { .. } => text.chars().map(|c| 2 * c.len_utf16()).sum(),
            InputEncoding::Table(_) => text.chars().count(),
        }
    }
}
