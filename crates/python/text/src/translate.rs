//! `translate` of bytes and strings.

use crate::code_points::{decode, push};

/// `bytes.translate(table, delete)`. `table`: 256 bytes, or none for no change.
pub fn translate_bytes(bytes: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut is_deleted = [false; 256];
    delete.iter().for_each(|&b| is_deleted[usize::from(b)] = true);
    let kept = bytes.iter().copied().filter(|&b| !is_deleted[usize::from(b)]);
    match table {
        None => kept.collect(),
        Some(table) => kept.map(|b| table[usize::from(b)]).collect(),
    }
}

/// What a table says of a code point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Translation {
    /// Nothing: `LookupError`.
    Unchanged,
    /// `None`
    Deleted,
    CodePoint(u32),
    Text(Vec<u8>),
}

/// `str.translate`. `lookup` asks the table, once for each ASCII character and each time for others. Errors: the lookup's.
pub fn translate_str<E>(
    text: &[u8],
    mut lookup: impl FnMut(u32) -> Result<Translation, E>,
) -> Result<Vec<u8>, E> {
    let mut known: [Option<Translation>; 128] = [const { None }; 128];
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (code_point, next) = decode(text, at);
        let fresh;
        let translation = match known.get_mut(code_point as usize) {
            Some(Some(translation)) => translation,
            Some(place) => place.insert(lookup(code_point)?),
            None => {
                fresh = lookup(code_point)?;
                &fresh
            }
        };
        match translation {
            Translation::Unchanged => out.extend_from_slice(&text[at..next]),
            Translation::Deleted => {}
            Translation::CodePoint(code_point) => push(&mut out, *code_point),
            Translation::Text(text) => out.extend_from_slice(text),
        }
        at = next;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        let mut asked = 0;
        let result: Result<_, ()> = translate_str("abacé\u{20ac}é".as_bytes(), |c| {
            asked += 1;
            Ok(match c {
                0x61 => Translation::Text(b"xy".into()),
                0x62 => Translation::Deleted,
                0xe9 => Translation::CodePoint(0x1f600),
                _ => Translation::Unchanged,
            })
        });
        assert_eq!(result.unwrap(), "xyxyc\u{1f600}\u{20ac}\u{1f600}".as_bytes());
        // a, b, c once; the two others each time.
        assert_eq!(asked, 6);
    }

    #[test]
    fn bytes() {
        let mut table: [u8; 256] = std::array::from_fn(|i| i as u8);
        table[usize::from(b'a')] = b'z';
        assert_eq!(translate_bytes(b"banana", Some(&table), b"n"), b"bzzz");
        assert_eq!(translate_bytes(b"banana", None, b"a"), b"bnn");
    }
}
