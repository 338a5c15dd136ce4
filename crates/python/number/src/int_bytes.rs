//! `int.to_bytes` and `int.from_bytes`.

use crate::division::is_negative;
use crate::error::ArithmeticError;
use dashu_int::{IBig, UBig};

/// The order of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    Little,
    Big,
}

/// `int.from_bytes(bytes, order, signed=is_signed)`; no bytes make zero.
pub fn from_bytes(bytes: &[u8], order: ByteOrder, is_signed: bool) -> IBig {
    if bytes.is_empty() {
        return IBig::ZERO;
    }
    match (order, is_signed) {
        (ByteOrder::Little, false) => IBig::from(UBig::from_le_bytes(bytes)),
        (ByteOrder::Big, false) => IBig::from(UBig::from_be_bytes(bytes)),
        (ByteOrder::Little, true) => IBig::from_le_bytes(bytes),
        (ByteOrder::Big, true) => IBig::from_be_bytes(bytes),
    }
}

/// `n.to_bytes(length, order, signed=is_signed)`. Errors: `TooBigToConvert`, `NegativeToUnsigned`.
pub fn to_bytes(
    n: &IBig,
    length: usize,
    order: ByteOrder,
    is_signed: bool,
) -> Result<Vec<u8>, ArithmeticError> {
    let is_negative = is_negative(n);
    if is_negative && !is_signed {
        return Err(ArithmeticError::NegativeToUnsigned);
    }
    let filler = if is_negative { 0xff } else { 0 };
    let mut bytes = n.to_le_bytes().into_vec();
    // The sign's byte is needed only in the signed form, and only where the top bit differs from the sign.
    while bytes.last() == Some(&filler) {
        let next_tells_sign = bytes.len() < 2 || (bytes[bytes.len() - 2] & 0x80 != 0) == is_negative;
        if is_signed && !next_tells_sign || is_negative && bytes.len() == 1 {
            break;
        }
        bytes.pop();
    }
    let tells_sign = |b: &u8| (b & 0x80 != 0) == is_negative;
    if bytes.len() > length || is_signed && bytes.len() == length && !bytes.last().is_none_or(tells_sign) {
        return Err(ArithmeticError::TooBigToConvert);
    }
    bytes.resize(length, filler);
    if order == ByteOrder::Big {
        bytes.reverse();
    }
    Ok(bytes)
}
